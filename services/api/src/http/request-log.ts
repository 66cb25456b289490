import { toPublicId } from '@switchboard/shared';
import type { WideLog } from '@switchboard/logging';
import type { RequestHandler } from 'express';
import type { HttpMetrics } from './metrics.js';
import type { TenantContext } from './route.js';
import './locals.js';

/** One wide line a request, written by hand: pino-http costs four times as much (measured.md) and says less. */
export function requestLog(log: WideLog, metrics: HttpMetrics): RequestHandler {
  return (req, res, next) => {
    const startedAt = process.hrtime.bigint();
    res.on('close', () => {
      const durationMs = Number(process.hrtime.bigint() - startedAt) / 1e6;
      const { context } = res.locals;
      const route = context.route ?? 'unmatched';
      metrics.observe({ method: req.method, route, status: res.statusCode, duration_ms: durationMs });
      log.info(
        {
          request_id: context.request_id,
          method: req.method,
          route,
          status: res.statusCode,
          duration_ms: Math.round(durationMs * 100) / 100,
          tenant_id: context.tenant && toPublicId('tenant', context.tenant.tenant_id),
          ...(context.tenant && callerIn(context.tenant)),
          error_code: context.error_code,
          // The caller hung up before the answer was out.
          ...((!res.writableFinished || req.readableAborted) && { aborted: true }),
        },
        'request',
      );
    });
    next();
  };
}

function callerIn({ caller }: TenantContext) {
  if (caller.kind === 'user') return { user_id: toPublicId('user', caller.id) };
  if (caller.kind === 'portal_link') return { portal_link_id: toPublicId('portalLink', caller.id) };
  return { key_id: toPublicId('apiKey', caller.id) };
}
