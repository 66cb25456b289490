import type { ReactNode } from 'react';
import { cx } from './cx';

export interface Column<T> {
  id: string;
  header: string;
  cell(row: T): ReactNode;
  /** Share of the room ("2" = twice as wide as "1"), or a fixed width: "7rem". Default "1". */
  width?: string;
  align?: 'end';
  /** Left out on screens narrower than this. */
  hide_below?: 'sm' | 'md' | 'lg' | 'xl';
  /** In a DataTable: takes the room that the others leave, and what is longer is cut off instead of widening it. */
  is_cut_off?: boolean;
  /** The header is read out and not shown (a column of buttons). */
  hide_header?: boolean;
}

export const HIDDEN = { sm: 'max-sm:hidden', md: 'max-md:hidden', lg: 'max-lg:hidden', xl: 'max-xl:hidden' };

interface DataTableProps<T> {
  /** What the rows are: "API keys". */
  label: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  rowKey(row: T): string;
  /** Marks a row as less important: a revoked key. */
  isMuted?(row: T): boolean;
}

/** A short list as a real table. For lists that grow without end see VirtualTable. */
export function DataTable<T>({ label, columns, rows, rowKey, isMuted }: DataTableProps<T>) {
  return (
    <div className="min-w-0 overflow-x-auto" tabIndex={0} role="region" aria-label={label}>
      <table className="w-full border-collapse text-sm">
        <thead>
          <tr className="border-b border-line text-left text-xs text-muted">
            {columns.map((column) => (
              <th
                key={column.id}
                scope="col"
                style={{ width: widthOf(column.width) }}
                className={cx(
                  'px-4 py-2 font-medium whitespace-nowrap',
                  column.align && 'text-right',
                  column.hide_below && HIDDEN[column.hide_below],
                )}
              >
                <span className={cx(column.hide_header && 'sr-only')}>{column.header}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr
              key={rowKey(row)}
              className={cx('border-b border-line last:border-0 hover:bg-sunken/60', isMuted?.(row) && 'text-muted')}
            >
              {columns.map((column) => (
                <td
                  key={column.id}
                  className={cx(
                    'px-4 py-2.5 align-middle',
                    column.is_cut_off ? 'w-full max-w-0 md:w-2/5' : 'max-w-72',
                    column.align && 'text-right',
                    column.hide_below && HIDDEN[column.hide_below],
                  )}
                >
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function widthOf(width: string | undefined): string | undefined {
  return width !== undefined && !/^\d+$/.test(width) ? width : undefined;
}
