import type { Executor, Query, sql } from '@switchboard/db';
import type { ListMeta } from '@switchboard/shared';
import { createLargeTotals } from './large-totals.js';
import { cursorMeta, pageMeta, type CursorRequest, type PageRequest } from './pagination.js';

/** The order of lists that are not logs: stable, and new rows come at the end. */
export const OLDEST_FIRST = [
  { column: 'created_at', order: 'asc' },
  { column: 'id', order: 'asc' },
] as const;

/** For people, who look for what was made last. */
export const NEWEST_FIRST = [
  { column: 'created_at', order: 'desc' },
  { column: 'id', order: 'desc' },
] as const;

export type ListOrder = typeof OLDEST_FIRST | typeof NEWEST_FIRST;

/** A column by its name, or an expression with one. */
type Column = string | ReturnType<typeof sql.raw>;

/** What `rows` gives of a page that begins at `offset`, and how many rows `counted` has in all. */
export interface PageQuery {
  rows: Query;
  counted: Query;
  offset: number;
}

/**
 * Both in one round trip: the count is a column of the page. A page without rows tells nothing; behind the first one
 * it is asked again. A large total is remembered for a moment, see large-totals.ts.
 */
export async function readPage<Row>(
  executor: Executor,
  { rows, counted, offset }: PageQuery,
): Promise<{ rows: Row[]; total: number }> {
  const remembered = largeTotals.find(counted);
  if (remembered !== undefined) return { rows: await executor.run<Row>(rows), total: remembered };
  const total = counted.clone().count({ total: '*' });
  const found = await executor.run<Row & { total: number }>(rows.select(total.as('total')));
  const [first] = found;
  if (first) {
    largeTotals.note(counted, first.total);
    return { rows: found.map(({ total: _, ...row }) => row as unknown as Row), total: first.total };
  }
  if (offset === 0) return { rows: [], total: 0 };
  const [count] = await executor.run<{ total: number }>(counted.count({ total: '*' }));
  return { rows: [], total: count?.total ?? 0 };
}

const largeTotals = createLargeTotals();

/** A page of rows and how many there are in all. `query` holds the filters; it is built anew for each use. */
export async function listPage<Row>(
  executor: Executor,
  query: () => Query,
  options: {
    columns: readonly Column[];
    order: readonly { column: string; order: 'asc' | 'desc' }[];
    page: PageRequest;
  },
): Promise<{ rows: Row[]; meta: ListMeta }> {
  const { columns, order, page } = options;
  const offset = (page.page - 1) * page.per_page;
  const { rows, total } = await readPage<Row>(executor, {
    rows: query()
      .select([...columns])
      .orderBy([...order])
      .limit(page.per_page)
      .offset(offset),
    counted: query(),
    offset,
  });
  return { rows, meta: pageMeta(page, total) };
}

/** The same for logs: newest first by id, by page or by cursor. Ids are UUIDv7, so their order is that of creation. */
export async function listByCursor<Row extends { id: string }>(
  executor: Executor,
  query: () => Query,
  options: { columns: readonly string[]; page: CursorRequest },
): Promise<{ rows: Row[]; meta: ListMeta }> {
  const { columns, page } = options;
  const rowsQuery = query()
    .select([...columns])
    .orderBy('id', 'desc')
    .limit(page.per_page);
  if (page.kind === 'cursor') {
    const rows = await executor.run<Row>(rowsQuery.where('id', '<', page.after_id));
    return { rows, meta: cursorMeta(page, rows, undefined) };
  }
  const offset = (page.page - 1) * page.per_page;
  const { rows, total } = await readPage<Row>(executor, { rows: rowsQuery.offset(offset), counted: query(), offset });
  return { rows, meta: cursorMeta(page, rows, total) };
}
