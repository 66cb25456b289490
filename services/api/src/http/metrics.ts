import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';

export interface ObservedRequest {
  method: string;
  route: string;
  status: number;
  duration_ms: number;
}

export interface HttpMetrics {
  observe(request: ObservedRequest): void;
  /** In Prometheus' text format. */
  text(): Promise<string>;
  contentType: string;
}

export function createHttpMetrics(): HttpMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'switchboard_http_request_duration_seconds',
    help: 'Time from a request’s arrival to the end of its answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers: [registry],
  });
  return {
    observe: ({ method, route, status, duration_ms }) =>
      requests.labels(method, route, String(status)).observe(duration_ms / 1_000),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
