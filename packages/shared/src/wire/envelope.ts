import { z } from 'zod';
import { ERROR_STATUS, type ErrorCode } from '../errors/app-error.js';

/** Where a list stands. `total` and `page` are missing when it was asked for by cursor; `next_cursor` is null at the end. */
export const listMetaSchema = z.object({
  page: z.int().optional(),
  per_page: z.int(),
  total: z.int().optional(),
  next_cursor: z.string().nullable().optional(),
});

export type ListMeta = z.infer<typeof listMetaSchema>;

export const errorSchema = z.object({
  success: z.literal(false),
  error: z.object({
    code: z.enum(Object.keys(ERROR_STATUS) as [ErrorCode, ...ErrorCode[]]),
    message: z.string(),
    details: z.array(z.object({ path: z.string(), message: z.string() })),
    request_id: z.string(),
  }),
});

export function successSchema<S extends z.ZodType>(data: S) {
  return z.object({ success: z.literal(true), data });
}

export function listSchema<S extends z.ZodType>(item: S) {
  return z.object({ success: z.literal(true), data: z.array(item), meta: listMetaSchema });
}
