import { setTimeout as delay } from 'node:timers/promises';
import { isAccepted, type PublishCall } from './ledger/ledger.js';
import type { FaultStack } from './stack/fault-stack.js';

type PublishingStack = Pick<FaultStack, 'platform' | 'tenantId' | 'ledger'>;

export interface PublishOptions {
  /** Of the whole call; each event's own key is made from it. Default: one of the call's own. */
  idempotencyKey?: string;
}

let made = 0;

/** Publishes events in one call, and notes in the ledger what came of it. */
export async function publish(stack: PublishingStack, count = 1, options: PublishOptions = {}): Promise<PublishCall> {
  const key = options.idempotencyKey ?? `call-${(made += 1)}`;
  const events = Array.from({ length: count }, (_, index) => ({
    tenant_id: stack.tenantId,
    event: 'load.made',
    data: { key, index },
    // A balancer asks a second process where the first hung up; that must not make a second event.
    idempotency_key: `${key}-${index}`,
  }));
  const call = await send(stack, events);
  stack.ledger.note(call);
  return call;
}

/** Publishes until it is accepted, as any caller does who is told to come back. */
export async function publishUntilAccepted(stack: PublishingStack, count = 1): Promise<void> {
  const idempotencyKey = `patient-${(made += 1)}`;
  while (!isAccepted(await publish(stack, count, { idempotencyKey }))) await delay(100);
}

async function send({ platform }: PublishingStack, events: object[]): Promise<PublishCall> {
  const start = performance.now();
  try {
    const answer = await platform.request<{ id: string }[]>('POST', '/platform/v1/events', events);
    return {
      status: answer.status,
      retry_after: answer.retryAfter,
      took_ms: answer.tookMs,
      event_ids: (answer.data ?? []).map((event) => event.id),
    };
  } catch {
    // The API died, or it did not answer in time: nobody has promised anything.
    return { status: 0, retry_after: null, took_ms: performance.now() - start, event_ids: [] };
  }
}

export interface SteadyLoad {
  /** Ends it, and resolves when the last call was answered. */
  stop(): Promise<void>;
}

/** Publishes single events at an even pace, whatever becomes of those before, as many callers together do. */
export function startSteadyLoad(stack: PublishingStack, perSecond: number): SteadyLoad {
  const underWay = new Set<Promise<unknown>>();
  const over = new AbortController();
  const running = (async () => {
    while (!over.signal.aborted) {
      const call: Promise<unknown> = publish(stack).finally(() => underWay.delete(call));
      underWay.add(call);
      await delay(1_000 / perSecond);
    }
    await Promise.all(underWay);
  })();
  return {
    stop: () => {
      over.abort();
      return running;
    },
  };
}
