import type { Executor, Query } from '@switchboard/db';
import type { ListMeta } from '@switchboard/shared';
import { cursorMeta, pageMeta, type CursorRequest, type PageRequest } from './pagination.js';

/** The order of lists that are not logs: stable, and new rows come at the end. */
export const OLDEST_FIRST = [
  { column: 'created_at', order: 'asc' },
  { column: 'id', order: 'asc' },
] as const;

/** A page of rows and how many there are in all. `query` holds the filters; it is built anew for each of the two reads. */
export async function listPage<Row>(
  executor: Executor,
  query: () => Query,
  options: {
    columns: readonly string[];
    order: readonly { column: string; order: 'asc' | 'desc' }[];
    page: PageRequest;
  },
): Promise<{ rows: Row[]; meta: ListMeta }> {
  const { columns, order, page } = options;
  const offset = (page.page - 1) * page.per_page;
  const [rows, [count]] = await Promise.all([
    executor.run<Row>(
      query()
        .select([...columns])
        .orderBy([...order])
        .limit(page.per_page)
        .offset(offset),
    ),
    executor.run<{ total: number }>(query().count({ total: '*' })),
  ]);
  return { rows, meta: pageMeta(page, count?.total ?? 0) };
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
  if (page.kind === 'cursor') rowsQuery.where('id', '<', page.after_id);
  else rowsQuery.offset((page.page - 1) * page.per_page);
  const [rows, counts] = await Promise.all([
    executor.run<Row>(rowsQuery),
    page.kind === 'page' ? executor.run<{ total: number }>(query().count({ total: '*' })) : [],
  ]);
  return { rows, meta: cursorMeta(page, rows, counts[0]?.total) };
}
