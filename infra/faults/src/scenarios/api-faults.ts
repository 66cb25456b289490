import { publish } from '../load.js';
import type { Scenario } from '../scenario.js';
import type { FaultStack } from '../stack/fault-stack.js';
import { expectCount } from './steps.js';

const BOOKING = { customer: { name: 'Ann' }, starts_at: '2027-01-04T10:00:00Z' };

async function untilKilled(stack: FaultStack): Promise<void> {
  const { signal } = await stack.api().exited;
  if (signal !== 'SIGKILL') throw new Error(`The API should have killed itself; it ended with ${signal}.`);
}

async function bookInVain(stack: FaultStack): Promise<void> {
  const answer = await stack.tenantApi.request('POST', '/api/v1/appointments', BOOKING).catch(() => null);
  if (answer) throw new Error(`The booking was answered ${answer.status}, though the API was to die.`);
}

const killedAfterCommit = async (stack: FaultStack): Promise<void> => {
  const call = await publish(stack, 3);
  if (call.status !== 0) throw new Error(`Publishing was answered ${call.status}, though the API was to die.`);
  await untilKilled(stack);
  await expectCount(stack.database, 'events', 3);
};

const PARALLEL_PUBLISHES = 50;

export const API_FAULTS: Scenario[] = [
  {
    row: 'API kill -9 between COMMIT and enqueue',
    name: 'an API killed between COMMIT and enqueue delays its events and loses none',
    setup: { api: { FAULT_POINT: 'after_commit' } },
    fault: async (stack) => {
      await killedAfterCommit(stack);
      await stack.startApi({ FAULT_POINT: '' });
      await publish(stack, 2);
    },
    bounds: { settledWithinMs: 10_000, duplicates: 0, notAccepted: 'any' },
  },
  {
    row: 'API kill -9 before enqueue, sweep every 5 s',
    name: 'what the queue was never told of arrives within the sweep interval, with the default of 5 s',
    isLong: true,
    setup: { api: { FAULT_POINT: 'after_commit' }, worker: { SWEEP_INTERVAL: '5s' } },
    fault: killedAfterCommit,
    bounds: { settledWithinMs: 10_000, latestArrivalMs: 6_000, duplicates: 0, notAccepted: 'any' },
  },
  {
    row: 'API kill -9 before COMMIT',
    name: 'an API killed before COMMIT has booked nothing and tells nobody, and the next try succeeds',
    setup: { api: { FAULT_POINT: 'before_commit' } },
    fault: async (stack) => {
      await bookInVain(stack);
      await untilKilled(stack);
      for (const table of ['appointments', 'customers', 'events']) await expectCount(stack.database, table, 0);
      await stack.startApi({ FAULT_POINT: '' });
      const answer = await stack.tenantApi.request('POST', '/api/v1/appointments', BOOKING);
      if (answer.status !== 201) throw new Error(`The booking was answered ${answer.status}.`);
      // The booking's own, and that of the customer it adds.
      await expectCount(stack.database, 'events', 2);
    },
    bounds: { settledWithinMs: 10_000, duplicates: 0 },
  },
  {
    row: '50 parallel publishes with one key',
    name: 'fifty parallel publishes with one idempotency key are one event, and each is answered with it',
    setup: { apiCount: 2 },
    fault: async (stack) => {
      const publishes = Array.from({ length: PARALLEL_PUBLISHES }, () => publish(stack, 1, { idempotencyKey: 'once' }));
      const ids = (await Promise.all(publishes)).flatMap((call) => call.event_ids);
      if (ids.length !== PARALLEL_PUBLISHES || new Set(ids).size !== 1) {
        throw new Error(`${ids.length} ids were answered, ${new Set(ids).size} different ones.`);
      }
      await expectCount(stack.database, 'events', 1);
    },
    bounds: { settledWithinMs: 10_000, duplicates: 0 },
  },
];
