import type { ReactNode } from 'react';
import { cx } from './cx';
import { HIDDEN, type Column } from './data-table';

interface VirtualRowProps<T> {
  element_id: string;
  row_id: string;
  label: string;
  index: number;
  style: { height: number; transform: string };
  is_active: boolean;
  is_open: boolean;
  columns: readonly Column<T>[];
  cells: ReactNode[];
  onOpen?: () => void;
  onActivate(): void;
}

/** One row in sight. The keyboard is on the grid around it, which says by aria-activedescendant which row is meant. */
export function VirtualRow<T>(props: VirtualRowProps<T>) {
  const { row_id, label, index, columns, cells, onOpen, onActivate } = props;
  return (
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- see above
    <div
      id={props.element_id}
      role="row"
      aria-rowindex={index + 2}
      aria-label={label}
      data-row={row_id}
      onClick={() => {
        onActivate();
        onOpen?.();
      }}
      style={props.style}
      className={cx(
        'absolute inset-x-0 top-0 flex items-center border-b border-line',
        onOpen && 'cursor-pointer hover:bg-sunken/70',
        props.is_open && 'bg-accent-soft',
        props.is_active && 'group-focus-visible/grid:shadow-[inset_3px_0_0_var(--accent)]',
      )}
    >
      {columns.map((column, at) => (
        <span
          key={column.id}
          role="gridcell"
          style={flexOf(column)}
          className={cx('min-w-0 truncate', cellClass(column))}
        >
          {cells[at]}
        </span>
      ))}
    </div>
  );
}

export function cellClass<T>({ align, hide_below }: Column<T>): string {
  return cx('px-3', align && 'text-right', hide_below && HIDDEN[hide_below]);
}

export function flexOf({ width = '1' }: { width?: string }): { flex: string } {
  return { flex: /^\d+$/.test(width) ? `${width} 1 0` : `0 0 ${width}` };
}
