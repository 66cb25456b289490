import type { Response } from 'express';
import { once } from 'node:events';
import { z } from 'zod';
import { cursorRequest } from '../../http/pagination.js';
import { ok, portalRoute, streamed } from '../../http/route.js';
import { CSV_HEADER, csvLine } from './csv.js';
import { auditEntrySchema, auditExportQuery, auditListQuery, type AuditEntryView } from './schemas.js';
import type { AuditLogService } from './service.js';

export function auditLogRoutes(audit: AuditLogService) {
  const common = { tag: 'Audit log', method: 'get', ability: 'audit:read' } as const;
  return [
    portalRoute({
      ...common,
      path: '/audit',
      operationId: 'portalListAudit',
      summary: 'Who did what when, from where',
      query: auditListQuery,
      success: { status: 200, description: 'Entries, newest first.', schema: auditEntrySchema, list: true },
      handle: async ({ tenant, query }) => {
        const { page, per_page, cursor, ...filter } = query;
        const { data, meta } = await audit.list(tenant, filter, cursorRequest({ page, per_page, cursor }));
        return ok(data, meta);
      },
    }),
    portalRoute({
      ...common,
      path: '/audit.csv',
      operationId: 'portalExportAudit',
      summary: 'The same as a file, all of it',
      query: auditExportQuery,
      success: { status: 200, description: 'RFC 4180, newest first.', schema: z.string() },
      handle: ({ tenant, query }) => Promise.resolve(streamed((res) => sendCsv(res, audit.all(tenant, query)))),
    }),
  ];
}

/** What fails before the first batch is still answered as an error; after it the file breaks off, as the connection does. */
async function sendCsv(res: Response, batches: AsyncGenerator<AuditEntryView[]>): Promise<void> {
  const first = await batches.next();
  res.status(200).set({
    'Content-Type': 'text/csv; charset=utf-8; header=present',
    'Content-Disposition': `attachment; filename="audit-log-${new Date().toISOString().slice(0, 10)}.csv"`,
    'Cache-Control': 'no-store',
  });
  await write(res, CSV_HEADER);
  for (let batch = first; batch.done !== true && !res.closed; batch = await batches.next()) {
    await write(res, batch.value.map(csvLine).join(''));
  }
  res.end();
}

/** At the reader's pace. One who has gone away is not waited for. */
async function write(res: Response, text: string): Promise<void> {
  if (res.write(text) || res.closed) return;
  const waiting = new AbortController();
  const { signal } = waiting;
  await Promise.race([once(res, 'drain', { signal }), once(res, 'close', { signal })]);
  waiting.abort();
}
