import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { uuidTimestampMs } from '@switchboard/shared';
import { FIRST_ENDPOINT_ID, sweepDueDeliveries } from '../flow/sweep.js';
import { loadDeliveries } from '../deliveries/load-deliveries.js';
import { recordAttempts } from '../deliveries/record-attempts.js';
import { insertEvents } from '../outbox/insert-events.js';
import {
  anAttempt,
  anEvent,
  createTestDatabase,
  insertTenant,
  makeDelivery,
  stateOf,
  uuidAt,
  type TestDatabase,
} from '../testing/index.js';
import { defaultPartitionsHoldRows, ensurePartitions } from './partitions.js';

const DAY_MS = 86_400_000;

let test: TestDatabase;
let tenantId: string;

beforeAll(async () => {
  test = await createTestDatabase();
  tenantId = await insertTenant(test.database);
  await ensurePartitions(test.database, 2);
});
afterAll(() => test.drop());

/** The name of the partition in which a row stands. */
async function partitionOf(
  table: 'events' | 'deliveries' | 'attempts',
  column: string,
  id: string,
): Promise<string | undefined> {
  const [row] = await test.database.query<{ partition: string }>({
    text: `SELECT tableoid::regclass::text AS partition FROM ${table} WHERE ${column} = $1`,
    values: [id],
  });
  return row?.partition;
}

const dayName = (timestampMs: number) => new Date(timestampMs).toISOString().slice(0, 10).replaceAll('-', '');

describe('day partitions', () => {
  it('take an event, its deliveries and their attempts, all three of the day of the commit', async () => {
    const delivery = await makeDelivery(test.database, { tenant_id: tenantId });
    await recordAttempts(test.database, [anAttempt(delivery)]);
    const day = dayName(uuidTimestampMs(delivery.event_id));
    expect(await partitionOf('events', 'id', delivery.event_id)).toBe(`events_${day}`);
    expect(await partitionOf('deliveries', 'event_id', delivery.event_id)).toBe(`deliveries_${day}`);
    expect(await partitionOf('attempts', 'delivery_id', delivery.delivery_id)).toBe(`attempts_${day}`);
  });

  it('change at midnight UTC, to the millisecond', async () => {
    const midnight = Math.floor(Date.now() / DAY_MS) * DAY_MS;
    const [before, after] = [uuidAt(midnight - 1), uuidAt(midnight)];
    for (const id of [before, after]) await insertEvents(test.database, [anEvent({ tenant_id: tenantId, id })]);
    expect(await partitionOf('events', 'id', before)).toBe(`events_${dayName(midnight - 1)}`);
    expect(await partitionOf('events', 'id', after)).toBe(`events_${dayName(midnight)}`);
  });

  it('take the attempt of a delivery that is retried days later into the partition of its event’s day', async () => {
    const yesterday = { id: uuidAt(Date.now() - DAY_MS) };
    const delivery = await makeDelivery(test.database, { tenant_id: tenantId, event: yesterday });
    await recordAttempts(test.database, [anAttempt(delivery, { started_at: new Date() })]);
    expect(await partitionOf('attempts', 'delivery_id', delivery.delivery_id)).toBe(
      `attempts_${dayName(Date.now() - DAY_MS)}`,
    );
  });

  it('are made ahead once: a second call makes none', async () => {
    const made = await ensurePartitions(test.database, 9);
    expect(made).toBe(3 * 7);
    expect(await ensurePartitions(test.database, 9)).toBe(0);
  });

  it('may be made by several processes at once', async () => {
    const made = await Promise.all([1, 2, 3].map(() => ensurePartitions(test.database, 14)));
    expect(made.reduce((sum, count) => sum + count, 0)).toBe(3 * 5);
  });
});

describe('a day without its partition', () => {
  const far = Date.now() + 40 * DAY_MS;

  it('loses nothing: its events go to the default partition and are delivered like any other', async () => {
    expect(await defaultPartitionsHoldRows(test.database)).toBe(false);
    const delivery = await makeDelivery(test.database, { tenant_id: tenantId, event: { id: uuidAt(far) } });
    expect(await partitionOf('events', 'id', delivery.event_id)).toBe('events_default');
    expect(await partitionOf('deliveries', 'event_id', delivery.event_id)).toBe('deliveries_default');

    const { taken } = await sweepDueDeliveries(test.database, {
      aheadMs: 0,
      leaseMs: 1_000,
      perEndpoint: 100,
      perBacklog: 100,
      limit: 1_000,
      afterEndpointId: FIRST_ENDPOINT_ID,
    });
    expect(taken.map((row) => row.delivery_id)).toContain(delivery.delivery_id);
    expect(await loadDeliveries(test.database, [delivery])).toHaveLength(1);
    expect(await recordAttempts(test.database, [anAttempt(delivery)])).toEqual(new Set([delivery.delivery_id]));
    expect(await stateOf(test.database, delivery)).toMatchObject({ status: 'succeeded' });
    expect(await partitionOf('attempts', 'delivery_id', delivery.delivery_id)).toBe('attempts_default');
    expect(await defaultPartitionsHoldRows(test.database)).toBe(true);
  });

  it('keeps deliveries unique there too', async () => {
    const delivery = await makeDelivery(test.database, { tenant_id: tenantId, event: { id: uuidAt(far) } });
    const again = test.database.query({
      text: `INSERT INTO deliveries (event_id, endpoint_id, id, tenant_id, mode, event_type)
        VALUES ($1, $2, delivery_id_for($1), $3, 'live', 'test.made')`,
      values: [delivery.event_id, delivery.endpoint_id, tenantId],
    });
    await expect(again).rejects.toMatchObject({ code: '23505' });
  });

  it('is left out when partitions are made later, and the other days are made all the same', async () => {
    await makeDelivery(test.database, { tenant_id: tenantId, event: { id: uuidAt(Date.now() + 20 * DAY_MS) } });
    const made = await ensurePartitions(test.database, 21);
    expect(made).toBeGreaterThan(0);
    const rows = await test.database.query({
      text: `SELECT to_regclass($1) IS NOT NULL AS found`,
      values: [`events_${dayName(Date.now() + 21 * DAY_MS)}`],
    });
    expect(rows).toEqual([{ found: true }]);
  });
});
