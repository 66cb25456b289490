import { tableFeatures, useTable, type ColumnDef } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useId, useMemo, useRef, type KeyboardEvent, type ReactNode } from 'react';
import { cx } from './cx';
import type { Column } from './data-table';
import { cellClass, flexOf, VirtualRow } from './virtual-table-row';
import { useActiveRow, useKeepPlace } from './virtual-table-state';

interface VirtualTableProps<T> {
  /** What the rows are: "Deliveries". */
  label: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  rowKey(row: T): string;
  /** Read out for the row: "appointment.created to example.com, succeeded". */
  rowLabel(row: T): string;
  /** Enter or a click. */
  onOpen?(row: T): void;
  /** Which row is open beside the table. With `follow`, j and k open the next one at once. */
  open_id?: string | null;
  follow?: boolean;
  /** The end comes into sight: fetch more. */
  onEnd?(): void;
  /** In the last line: "Loading older deliveries…", "That is all." */
  footer?: ReactNode;
  row_height?: number;
  /** Height of the scrolling part. */
  className?: string;
}

const features = tableFeatures({});
const FROM_THE_END = 10;

/**
 * A list of any length: only the rows in sight are in the page. Arrows or j and k move, Enter opens, Home and End
 * jump. What one reads stays where it is when rows come in above.
 */
export function VirtualTable<T extends object>(props: VirtualTableProps<T>) {
  const { label, columns, rows, rowKey, rowLabel, onOpen, open_id, onEnd, row_height = 44 } = props;
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const definitions = useMemo<ColumnDef<typeof features, T>[]>(
    () => columns.map(({ id, header, cell }) => ({ id, header, cell: ({ row }) => cell(row.original) })),
    [columns],
  );
  const data = useMemo(() => [...rows], [rows]);
  const table = useTable<typeof features, T>({ features, columns: definitions, data, getRowId: rowKey });
  const models = table.getRowModel().rows;
  // eslint-disable-next-line react-hooks/incompatible-library -- its functions are called here and handed to nobody
  const virtualizer = useVirtualizer({
    count: models.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => row_height,
    getItemKey: (at) => models[at]?.id ?? at,
    overscan: 8,
  });
  useKeepPlace(scroller, models, row_height);
  const active = useActiveRow(models, (at) => virtualizer.scrollToIndex(at), open_id);
  const items = virtualizer.getVirtualItems();
  const is_near_end = models.length > 0 && (items.at(-1)?.index ?? -1) >= models.length - FROM_THE_END;
  useEffect(() => {
    if (is_near_end) onEnd?.();
  }, [is_near_end, models.length, onEnd]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || event.metaKey || event.ctrlKey || event.altKey) return;
    const moved = active.onKey(event.key, Math.floor((scroller.current?.clientHeight ?? 400) / row_height));
    const row = moved ?? models[active.index];
    if (moved && props.follow && open_id) onOpen?.(moved.original);
    else if (!moved && event.key === 'Enter' && row) onOpen?.(row.original);
    else if (!moved) return;
    event.preventDefault();
  };
  return (
    <div
      ref={scroller}
      role="grid"
      aria-label={label}
      aria-rowcount={models.length + 1}
      aria-activedescendant={items.some(({ index }) => index === active.index) ? `${id}-${active.index}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onFocus={(event) => event.target === event.currentTarget && active.index < 0 && active.set(0)}
      className={cx(
        'group/grid min-h-40 min-w-0 overflow-auto text-sm focus-visible:-outline-offset-2',
        props.className ?? 'h-[min(44rem,calc(100dvh-16rem))]',
      )}
    >
      <GridHeader columns={columns} />
      <div role="rowgroup" className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {items.map(({ index, start }) => {
          const row = models[index];
          return (
            row && (
              <VirtualRow
                key={row.id}
                element_id={`${id}-${index}`}
                row_id={row.id}
                label={rowLabel(row.original)}
                index={index}
                style={{ height: row_height, transform: `translateY(${start}px)` }}
                is_active={index === active.index}
                is_open={row.id === open_id}
                columns={columns}
                cells={row.getAllCells().map((cell) => (
                  <table.FlexRender key={cell.id} cell={cell} />
                ))}
                onOpen={onOpen && (() => onOpen(row.original))}
                onActivate={() => active.set(index)}
              />
            )
          );
        })}
      </div>
      {props.footer && <div className="p-3 text-center text-xs text-muted">{props.footer}</div>}
    </div>
  );
}

function GridHeader<T>({ columns }: { columns: readonly Column<T>[] }) {
  return (
    <div role="rowgroup" className="sticky top-0 z-10 border-b border-line bg-surface">
      <div role="row" aria-rowindex={1} className="flex text-xs font-medium text-muted">
        {columns.map((column) => (
          <span
            key={column.id}
            role="columnheader"
            style={flexOf(column)}
            className={cx('truncate py-2', cellClass(column))}
          >
            <span className={cx(column.hide_header && 'sr-only')}>{column.header}</span>
          </span>
        ))}
      </div>
    </div>
  );
}
