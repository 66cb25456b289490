import { readFileSync } from 'node:fs';
import { publish } from '../load.js';
import type { Responder } from '../receiver.js';
import { drips, floods, hangs, resets } from '../receivers.js';
import type { Scenario } from '../scenario.js';
import type { FaultStack } from '../stack/fault-stack.js';
import { waitFor } from '../wait-for.js';
import { pauseBetweenFirstTwo, theWorker, untilFailed } from './steps.js';

const OK: Responder = () => ({ status: 200 });
/** Fewer than open the endpoint's breaker: what is looked at here is the single attempt. */
const EVENTS = 3;
const MEGABYTE = 1024 ** 2;

interface Misbehaviour {
  row: string;
  name: string;
  /** What every attempt fails with while it goes on. */
  code: string;
  answer: (stack: FaultStack) => Responder;
  isLong?: boolean;
}

/** A receiver that misbehaves at first and then comes to its senses: nothing is lost, and others notice nothing. */
function misbehaves({ row, name, code, answer, isLong = false }: Misbehaviour): Scenario {
  return {
    row,
    name,
    isLong,
    setup: { worker: { DELIVERY_TIMEOUT: '1s' } },
    fault: async (stack) => {
      const { load, everything } = stack.receivers;
      load.answerWith(answer(stack));
      await publish(stack, EVENTS);
      await waitFor('the other endpoint has everything', () => everything.posts.length === EVENTS);
      await untilFailed(stack, [code], EVENTS);
      load.answerWith(OK);
    },
    bounds: { settledWithinMs: 15_000, duplicates: 0 },
  };
}

/** Of all memory that the process has in hand, in bytes. */
function residentBytes(pid: number): number {
  const [, kilobytes = '0'] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}

async function disabledReason({ tenantApi, endpoints }: FaultStack): Promise<string | null> {
  const path = `/api/v1/webhook-endpoints/${endpoints.load.id}`;
  const { data } = await tenantApi.request<{ enabled: boolean; disabled_reason: string | null }>('GET', path);
  return data.enabled ? null : data.disabled_reason;
}

export const RECEIVER_FAULTS: Scenario[] = [
  misbehaves({
    row: 'receiver hangs',
    name: 'a receiver that never answers costs each attempt its deadline, and gets everything once it answers',
    code: 'timeout',
    answer: () => hangs,
  }),
  misbehaves({
    row: 'receiver drips',
    name: 'a receiver that drips its answer is cut off at the deadline, and gets everything once it answers',
    code: 'timeout',
    answer: () => drips,
    isLong: true,
  }),
  misbehaves({
    row: 'receiver resets the connection',
    name: 'a receiver that resets its connections gets everything once it answers',
    code: 'connection_reset',
    answer: () => resets,
    isLong: true,
  }),
  misbehaves({
    row: 'receiver answers 301',
    name: 'a redirect is not followed: where it points to nothing arrives, and where it was owed everything does',
    code: 'redirect_refused',
    answer:
      ({ receivers }) =>
      () => ({ status: 301, headers: { location: receivers.other.url } }),
  }),
  {
    row: 'receiver answers with 1 GB',
    name: 'a receiver that answers 200 with 1 GB is cut off after 64 KB: delivered, and the worker’s memory stays flat',
    fault: async (stack) => {
      let written = 0;
      const before = residentBytes(theWorker(stack).pid);
      stack.receivers.load.answerWith(() => floods((count) => (written += count)));
      await publish(stack, EVENTS);
      await untilFailed(stack, ['response_too_large'], EVENTS);
      await waitFor('it hung up on all of them', () => stack.receivers.load.isQuiet());
      const grown = residentBytes(theWorker(stack).pid) - before;
      if (written > EVENTS * 16 * MEGABYTE) throw new Error(`${written} bytes were taken off the receiver.`);
      if (grown > 100 * MEGABYTE) throw new Error(`The worker grew by ${Math.round(grown / MEGABYTE)} MB.`);
    },
    bounds: { settledWithinMs: 10_000, duplicates: 0 },
  },
  {
    row: 'receiver answers 410',
    name: 'a receiver that is gone gets no more: its endpoint is disabled, what is owed ends, and others are told',
    setup: { worker: { RETRY_SCHEDULE: '60s' } },
    fault: async (stack) => {
      const { load, everything } = stack.receivers;
      load.answerWith(() => ({ status: 500 }));
      await publish(stack, EVENTS);
      await untilFailed(stack, ['http_status'], EVENTS);
      load.answerWith(() => ({ status: 410 }));
      await publish(stack, 1);
      await waitFor('its endpoint is disabled', async () => (await disabledReason(stack)) === 'gone');
      await waitFor('another endpoint is told', () =>
        everything.posts.some(({ headers }) => headers['x-switchboard-event'] === 'webhook_endpoint.disabled'),
      );
      if (load.posts.length !== EVENTS + 1) throw new Error(`It got ${load.posts.length} POSTs.`);
    },
    // That which was answered 410 is dead, and those that waited for a retry are cancelled.
    bounds: { settledWithinMs: 10_000, duplicates: 0, endings: { load: ['dead', 'cancelled'] } },
  },
  {
    row: 'receiver answers 429 with Retry-After',
    name: 'a receiver that asks for time with Retry-After gets it',
    fault: async (stack) => {
      const { load } = stack.receivers;
      load.answerWith(() => ({ status: 429, headers: { 'retry-after': '3' } }));
      await publish(stack, 1);
      await untilFailed(stack, ['http_status'], 1);
      load.answerWith(OK);
      await waitFor('it is asked again', () => load.posts.length === 2);
      const pauseMs = pauseBetweenFirstTwo(load);
      if (pauseMs < 2_900) throw new Error(`It was given ${pauseMs} ms, where it had asked for 3 s.`);
    },
    bounds: { settledWithinMs: 10_000, duplicates: 0 },
  },
];
