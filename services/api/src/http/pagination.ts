import { isUuid, validationFailed, type ListMeta } from '@switchboard/shared';
import { z } from 'zod';

const MAX_PAGE = 100_000;

const pageField = z.coerce.number('must be a whole number').int().min(1).max(MAX_PAGE).default(1);
const perPageField = z.coerce.number('must be a whole number').int().min(1).max(100).default(20);

export const pageFields = { page: pageField.meta({ description: 'From 1.' }), per_page: perPageField } as const;

/** Logs grow at their head while they are read, so beside pages they offer a cursor that never shows a row twice. */
export const cursorFields = {
  ...pageFields,
  page: z.coerce.number('must be a whole number').int().min(1).max(MAX_PAGE).optional(),
  cursor: z
    .string()
    .max(100)
    .optional()
    .meta({ description: 'The `next_cursor` of the answer before. Not together with `page`.' }),
} as const;

export interface PageRequest {
  page: number;
  per_page: number;
}

export type CursorRequest =
  { kind: 'page'; page: number; per_page: number } | { kind: 'cursor'; after_id: string; per_page: number };

export function pageMeta(request: PageRequest, total: number): ListMeta {
  return { page: request.page, per_page: request.per_page, total };
}

export function encodeCursor(id: string): string {
  return Buffer.from(id).toString('base64url');
}

/** @throws AppError validation_failed where the cursor is none of ours, or a page is asked for as well */
export function cursorRequest(query: {
  page?: number | undefined;
  per_page: number;
  cursor?: string | undefined;
}): CursorRequest {
  if (query.cursor === undefined) return { kind: 'page', page: query.page ?? 1, per_page: query.per_page };
  const id = Buffer.from(query.cursor, 'base64url').toString();
  if (!isUuid(id)) throw validationFailed([{ path: 'cursor', message: 'is not a cursor that this API gave' }]);
  if (query.page !== undefined) throw validationFailed([{ path: 'page', message: 'cannot be combined with cursor' }]);
  return { kind: 'cursor', after_id: id, per_page: query.per_page };
}

/** A full page may have a next one; a page that is not full is the last. */
export function cursorMeta(page: CursorRequest, rows: readonly { id: string }[], total: number | undefined): ListMeta {
  const last = rows.length === page.per_page ? rows.at(-1) : undefined;
  const next_cursor = last ? encodeCursor(last.id) : null;
  if (page.kind === 'cursor') return { per_page: page.per_page, next_cursor };
  return { page: page.page, per_page: page.per_page, ...(total !== undefined && { total }), next_cursor };
}
