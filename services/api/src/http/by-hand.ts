import { validationFailed, type ErrorDetail } from '@switchboard/shared';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import { parsePart } from './mount.js';

/** For the few handlers that mountRoutes cannot serve: the same validation and the same envelope. */

export function parseBody<S extends z.ZodType>(schema: S, req: Request): z.output<S> {
  return parse(schema, req.body === undefined ? {} : req.body);
}

export function parseQuery<S extends z.ZodType>(schema: S, req: Request): z.output<S> {
  return parse(schema, req.query);
}

function parse<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const details: ErrorDetail[] = [];
  const parsed = parsePart(schema, value, details);
  if (details.length > 0) throw validationFailed(details);
  return parsed as z.output<S>;
}

export function sendData(res: Response, data: unknown, status = 200): void {
  res
    .status(status)
    .type('json')
    .send(JSON.stringify({ success: true, data }));
}
