import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newUuid } from '@switchboard/shared';
import { loadDeliveries } from '../deliveries/load-deliveries.js';
import { recordAttempts } from '../deliveries/record-attempts.js';
import { fanOutEvents, type FannedOutDelivery } from '../outbox/fan-out.js';
import { insertEvents } from '../outbox/insert-events.js';
import {
  anAttempt,
  anEvent,
  aSubscriber,
  createTestDatabase,
  dayNameOf,
  deliveredDaysAgo,
  fillDay,
  insertTenant,
  makePartitionsSince,
  uuidAt,
  noonDaysAgo,
  visibleOf,
  type TestDatabase,
} from '../testing/index.js';
import { dropOldestDay } from './drop-oldest-day.js';

const RETENTION_DAYS = 30;
const EXPIRED_DAYS = 3;

let test: TestDatabase;
let tenantId: string;
let to: { endpoint_id: string; type: string };

beforeAll(async () => {
  test = await createTestDatabase();
  tenantId = await insertTenant(test.database);
  to = await aSubscriber(test.database, { tenant_id: tenantId });
  await makePartitionsSince(test.database, RETENTION_DAYS + EXPIRED_DAYS);
});
afterAll(() => test.drop());

/** Publishes, fans out, loads and records one event after the other, as API and worker do, until it is told to stop. */
function startLoad(eventId: () => string) {
  let isStopped = false;
  const delivered: FannedOutDelivery[] = [];
  const running = (async () => {
    while (!isStopped) {
      const event = anEvent({ tenant_id: tenantId, type: to.type, id: eventId() });
      await insertEvents(test.database, [event]);
      const { deliveries } = await fanOutEvents(test.database, [event.id]);
      const loaded = await loadDeliveries(test.database, deliveries);
      expect(loaded).toHaveLength(1);
      const moved = await recordAttempts(
        test.database,
        deliveries.map((delivery) => anAttempt(delivery)),
      );
      expect(moved.size).toBe(1);
      delivered.push(...deliveries);
    }
  })();
  return {
    delivered,
    stop: () => {
      isStopped = true;
      return running;
    },
  };
}

/** Drops every expired day, trying again as long as the load is in the way. */
async function dropAll(): Promise<string[]> {
  const days: string[] = [];
  while (days.length < EXPIRED_DAYS) {
    const step = await dropOldestDay(test.database, RETENTION_DAYS);
    if (step.kind === 'dropped') days.push(step.day);
  }
  return days;
}

describe('days that are dropped while events are published and delivered', () => {
  it('neither lose nor fail anything: every event has one delivery with one attempt, and the old rows that stay are there', async () => {
    const quiet = await aSubscriber(test.database, { tenant_id: tenantId });
    const old = await deliveredDaysAgo(test.database, tenantId, quiet, RETENTION_DAYS + 1);
    await fillDay(test.database, {
      tenant_id: tenantId,
      endpoint_id: quiet.endpoint_id,
      daysAgo: RETENTION_DAYS + 2,
      count: 1_000,
    });
    const before = await visibleOf(test.database, quiet.endpoint_id);
    const present = [startLoad(newUuid), startLoad(newUuid), startLoad(newUuid)];
    // A machine whose clock is a month behind: what it commits goes where days are being dropped.
    const late = startLoad(() => uuidAt(noonDaysAgo(RETENTION_DAYS + 1)));

    const days = await dropAll();

    await Promise.all([...present, late].map((load) => load.stop()));
    expect(days).toEqual([3, 2, 1].map((after) => dayNameOf(RETENTION_DAYS + after)));
    const delivered = present.flatMap((load) => load.delivered);
    expect(delivered.length).toBeGreaterThan(EXPIRED_DAYS);
    expect(late.delivered.length).toBeGreaterThan(0);
    const readable = new Set(await visibleOf(test.database, to.endpoint_id));
    expect(delivered.filter(({ delivery_id }) => !readable.has(delivery_id))).toEqual([]);
    expect(await visibleOf(test.database, quiet.endpoint_id)).toEqual(before.slice(0, 100));
    expect(before[0]).toBe(old.delivery_id);
  });
});
