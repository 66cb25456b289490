import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

export interface WorkerMetrics {
  onAttempt(outcome: string, durationMs: number): void;
  onFannedOut(eventCount: number, deliveryCount: number): void;
  onDefaultPartition(holdsRows: boolean): void;
  /** In Prometheus' text format. */
  text(): Promise<string>;
  contentType: string;
}

export function createWorkerMetrics(): WorkerMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const attempts = new Histogram({
    name: 'switchboard_attempt_duration_seconds',
    help: 'Time an attempt took, by the state it left its delivery in.',
    labelNames: ['outcome'],
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  const events = new Counter({ name: 'switchboard_events_fanned_out_total', help: 'Events fanned out.', registers });
  const deliveries = new Counter({
    name: 'switchboard_deliveries_created_total',
    help: 'Deliveries made by the fan-out.',
    registers,
  });
  const stray = new Gauge({
    name: 'switchboard_default_partition_holds_rows',
    help: '1 where a day’s partition was missing and rows went to the default one: an alarm.',
    registers,
  });
  return {
    onAttempt: (outcome, durationMs) => attempts.labels(outcome).observe(durationMs / 1_000),
    onFannedOut: (eventCount, deliveryCount) => {
      events.inc(eventCount);
      deliveries.inc(deliveryCount);
    },
    onDefaultPartition: (holdsRows) => stray.set(holdsRows ? 1 : 0),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
