import { Failure } from '@switchboard/local/failure';
import { waitUntil } from '@switchboard/local/waiting';
import type { BenchStack } from '../stack/bench-stack.js';

const STALL_LIMIT_MS = 120_000;
const LOOK_EVERY_MS = 50;

/** Starts workers on what waits, and measures from the first arrival to the last. @returns deliveries a second */
export async function drain(
  stack: BenchStack,
  { deliveries, workers }: { deliveries: number; workers: number },
): Promise<number> {
  const before = await stack.sink.call('count', undefined);
  await stack.sink.call('mark', undefined);
  await stack.startWorkers(workers);
  await waitForArrivals(stack, before + deliveries);
  const { unique, first_at_ms, last_at_ms } = (await stack.sink.call('read', undefined)).since_mark;
  const span_ms = (last_at_ms ?? 0) - (first_at_ms ?? 0);
  return span_ms > 0 ? ((unique - 1) * 1_000) / span_ms : 0;
}

/** @throws Failure where nothing arrives any more for two minutes */
export async function waitForArrivals({ sink }: Pick<BenchStack, 'sink'>, count: number): Promise<void> {
  let arrived = -1;
  let changedAt = performance.now();
  const look = async (): Promise<'all' | 'stalled' | undefined> => {
    const now = await sink.call('count', undefined);
    if (now >= count) return 'all';
    if (now !== arrived) changedAt = performance.now();
    arrived = now;
    return performance.now() - changedAt > STALL_LIMIT_MS ? 'stalled' : undefined;
  };
  const outcome = await waitUntil(look, { timeoutMs: Number.POSITIVE_INFINITY, everyMs: LOOK_EVERY_MS });
  if (outcome === 'stalled') {
    throw new Failure(`${arrived} of ${count} deliveries arrived, and then none for ${STALL_LIMIT_MS / 1_000} s.`);
  }
}
