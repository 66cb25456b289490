import { setTimeout as delay } from 'node:timers/promises';
import type { LoadResult, LoadSpec } from '../load/load.js';
import type { BenchStack } from '../stack/bench-stack.js';
import { eventBodies } from '../stack/event-bodies.js';

/** What a scenario has published, for its count at the end. */
export interface Published {
  /** Events that were answered with 202. */
  events: number;
  failures: string[];
}

const BATCH = 100;
/** Enough that the API is never idle between two calls. */
const CALLERS = 4;
/**
 * Deliveries on their way in a steady state: what a worker has in hand, and a few batches that are committed, fanned
 * out or in the queue. With more, events would gather, and the run would measure how fast the API can run ahead.
 */
const MAX_ON_THEIR_WAY = 1_000;
const LOAD_MARGIN_MS = 60_000;
/** Bounds a run on a machine that is busy with other things; a tenth of it is usual. */
const SLOWEST_EVENT_MS = 5;

/** Publishes whole batches of 100 until there are `events`, as fast as the API takes them. */
export async function publishAll(stack: BenchStack, events: number): Promise<Published> {
  const batch = Math.min(BATCH, events);
  const requests = Math.ceil(events / batch);
  const result = await stack.load.call(
    'run',
    { ...publishSpec(stack, batch), pace: { kind: 'closed', callers: CALLERS }, requests },
    LOAD_MARGIN_MS + events * SLOWEST_EVENT_MS,
  );
  return publishedBy(result);
}

export interface Steady {
  published: Published;
  /** Within the measured time, by the sink's clock. */
  deliveries_per_second: number;
  load: LoadResult;
}

export interface SteadyOptions {
  batch: number;
  callers: number;
  seconds: number;
  warm_up_seconds: number;
}

/** Publishes as fast as deliveries arrive, and measures how fast that is once it is under way. */
export async function publishSteadily(stack: BenchStack, options: SteadyOptions): Promise<Steady> {
  const { batch, callers, seconds, warm_up_seconds } = options;
  const { unique } = await stack.sink.call('read', undefined);
  const running = stack.load.call(
    'run',
    {
      ...publishSpec(stack, batch),
      pace: { kind: 'closed', callers },
      seconds: warm_up_seconds + seconds,
      window: {
        counter_origin: stack.sinkOrigin,
        deliveries_per_item: stack.fanOut,
        arrived_before: unique,
        max_deliveries_on_their_way: MAX_ON_THEIR_WAY * stack.fanOut,
      },
    },
    LOAD_MARGIN_MS + (warm_up_seconds + seconds) * 1_000,
  );
  const [load, deliveries_per_second] = await Promise.all([
    running,
    rateBetween(stack, { afterSeconds: warm_up_seconds, seconds }),
  ]);
  return { published: publishedBy(load), deliveries_per_second, load };
}

/** Deliveries a second that arrive in a span of time from now on, by the sink's clock. */
export async function rateBetween(
  { sink }: Pick<BenchStack, 'sink'>,
  { afterSeconds, seconds }: { afterSeconds: number; seconds: number },
): Promise<number> {
  await delay(afterSeconds * 1_000);
  const from = await sink.call('read', undefined);
  await delay(seconds * 1_000);
  const to = await sink.call('read', undefined);
  return ((to.unique - from.unique) * 1_000) / (to.now_ms - from.now_ms);
}

/** Publishes single events evenly. */
export async function publishEvenly(
  stack: BenchStack,
  { per_second, seconds }: { per_second: number; seconds: number },
): Promise<LoadResult> {
  return stack.load.call(
    'run',
    { ...publishSpec(stack, 1), pace: { kind: 'rate', per_second }, seconds },
    LOAD_MARGIN_MS + seconds * 1_000,
  );
}

export function publishedBy({ items, failures }: LoadResult): Published {
  return { events: items, failures: describeFailures(failures) };
}

/** In words what was answered otherwise than it should have been. */
export function describeFailures(failures: Record<string, number>): string[] {
  return Object.entries(failures).map(([reason, count]) => `${count} requests were answered ${reason}.`);
}

function publishSpec(stack: BenchStack, batch: number): Omit<LoadSpec, 'pace'> {
  return {
    origin: stack.apiUrl,
    method: 'POST',
    path: '/platform/v1/events',
    token: stack.platformToken,
    bodies: eventBodies({ tenantId: stack.tenant.id, groups: stack.groups, batch }),
    items_per_request: batch,
    expected_status: 202,
  };
}
