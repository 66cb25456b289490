import { checkReadiness, type ReadinessDeps } from '@switchboard/db';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { WorkerMetrics } from './metrics.js';

export interface OperationsDeps extends ReadinessDeps {
  metrics: WorkerMetrics;
}

/** The worker's own port: alive, ready, metrics. */
export function createOperationsServer(deps: OperationsDeps): Server {
  return createServer((req, res) => {
    const path = (req.url ?? '/').split('?', 1)[0];
    answer(deps, path ?? '/', res).catch((error: unknown) => {
      send(res, 500, { status: 'error', message: error instanceof Error ? error.name : 'unknown' });
    });
  });
}

async function answer({ metrics, ...readinessDeps }: OperationsDeps, path: string, res: ServerResponse): Promise<void> {
  if (path === '/healthz') return send(res, 200, { status: 'ok' });
  if (path === '/readyz') {
    const readiness = await checkReadiness(readinessDeps);
    return send(res, readiness.status === 'unavailable' ? 503 : 200, readiness);
  }
  if (path === '/metrics') {
    res.writeHead(200, { 'Content-Type': metrics.contentType }).end(await metrics.text());
    return;
  }
  return send(res, 404, { status: 'not_found' });
}

function send(res: ServerResponse, status: number, body: object): void {
  res.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}
