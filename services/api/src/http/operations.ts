import { checkReadiness, type ReadinessDeps } from '@switchboard/db';
import { Router } from 'express';
import type { HttpMetrics } from './metrics.js';
import './locals.js';

export interface OperationsDeps extends ReadinessDeps {
  metrics: HttpMetrics;
}

/** What orchestrators and Prometheus ask: alive, ready, metrics. */
export function operationsRouter({ metrics, ...readinessDeps }: OperationsDeps): Router {
  const router = Router();
  router.get('/healthz', (_req, res) => {
    res.locals.context.route = '/healthz';
    res.json({ status: 'ok' });
  });
  router.get('/readyz', async (_req, res) => {
    res.locals.context.route = '/readyz';
    const readiness = await checkReadiness(readinessDeps);
    res.status(readiness.status === 'unavailable' ? 503 : 200).json(readiness);
  });
  router.get('/metrics', async (_req, res) => {
    res.locals.context.route = '/metrics';
    res.set('Content-Type', metrics.contentType).send(await metrics.text());
  });
  return router;
}
