import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadDeliveries } from '../deliveries/load-deliveries.js';
import { recordAttempts } from '../deliveries/record-attempts.js';
import { fanOutEvents } from '../outbox/fan-out.js';
import { insertEvents } from '../outbox/insert-events.js';
import { defaultPartitionsHoldRows } from '../partitions/partitions.js';
import {
  aFailedAttempt,
  anAttempt,
  anEvent,
  aSubscriber,
  createTestDatabase,
  dayNameOf,
  deliveredDaysAgo,
  fillDay,
  insertTenant,
  makePartitionsSince,
  noonDaysAgo,
  owedDaysAgo,
  partitions,
  recordedNumbers,
  stateOf,
  uuidAt,
  visibleOf,
  type TestDatabase,
} from '../testing/index.js';
import { dropOldestDay, type RetentionStep } from './drop-oldest-day.js';

const RETENTION_DAYS = 30;
/** The newest day that is past its retention. */
const OLD = RETENTION_DAYS + 1;
const NOTHING: RetentionStep = { kind: 'nothing' };

let test: TestDatabase;
let tenantId: string;

beforeEach(async () => {
  test = await createTestDatabase();
  tenantId = await insertTenant(test.database);
});
afterEach(() => test.drop());

const subscriber = (fields = {}) => aSubscriber(test.database, { tenant_id: tenantId, ...fields });
const delivered = (to: { endpoint_id: string; type: string }, daysAgo: number) =>
  deliveredDaysAgo(test.database, tenantId, to, daysAgo);
const owed = (to: { endpoint_id: string; type: string }, daysAgo: number) =>
  owedDaysAgo(test.database, tenantId, to, daysAgo);
const visible = (endpointId: string) => visibleOf(test.database, endpointId);
const fill = (endpointId: string, daysAgo: number, count: number) =>
  fillDay(test.database, { tenant_id: tenantId, endpoint_id: endpointId, daysAgo, count });

/** Drops until nothing is left to drop. @returns the days, oldest first */
async function dropAll(): Promise<string[]> {
  const days: string[] = [];
  for (;;) {
    const step = await dropOldestDay(test.database, RETENTION_DAYS);
    if (step.kind === 'nothing') return days;
    if (step.kind === 'busy') throw new Error(`The day is busy: ${step.reason}.`);
    days.push(step.day);
  }
}

describe('dropOldestDay', () => {
  it('drops the partitions of each day that is past its retention as a whole, oldest first, and no other', async () => {
    await makePartitionsSince(test.database, OLD + 1);
    expect(await dropAll()).toEqual([dayNameOf(OLD + 1), dayNameOf(OLD)]);
    const left = await partitions(test.database);
    expect(left).not.toContain(`deliveries_${dayNameOf(OLD)}`);
    for (const table of ['events', 'deliveries', 'attempts']) {
      expect(left).toContain(`${table}_${dayNameOf(RETENTION_DAYS)}`);
      expect(left).toContain(`${table}_kept`);
    }
  });

  it('does nothing where nothing is past its retention, and nothing a second time', async () => {
    expect(await dropOldestDay(test.database, RETENTION_DAYS)).toEqual(NOTHING);
    await makePartitionsSince(test.database, OLD);
    expect(await dropOldestDay(test.database, RETENTION_DAYS)).toMatchObject({ kind: 'dropped' });
    const left = await partitions(test.database);
    expect(await dropOldestDay(test.database, RETENTION_DAYS)).toEqual(NOTHING);
    expect(await partitions(test.database)).toEqual(left);
  });

  it('takes a day with its rows away: neither event nor delivery nor attempt of it is left', async () => {
    await makePartitionsSince(test.database, OLD);
    const to = await subscriber();
    await fill(to.endpoint_id, OLD, 20);
    await fill(to.endpoint_id, 1, 100);
    await dropAll();
    const [rows] = await test.database.query({
      text: `SELECT (SELECT count(*) FROM events) AS events, (SELECT count(*) FROM deliveries) AS deliveries,
        (SELECT count(*) FROM attempts) AS attempts`,
      values: [],
    });
    expect(rows).toEqual({ events: 100, deliveries: 100, attempts: 100 });
  });
});

describe('what stays', () => {
  it('is the last 100 deliveries of each endpoint, with their events and attempts, however old', async () => {
    await makePartitionsSince(test.database, OLD + 2);
    const [quiet, busy] = [await subscriber(), await subscriber()];
    await fill(quiet.endpoint_id, OLD + 2, 120);
    await fill(busy.endpoint_id, OLD + 2, 120);
    await fill(busy.endpoint_id, 2, 60);
    const [quietBefore, busyBefore] = [await visible(quiet.endpoint_id), await visible(busy.endpoint_id)];
    await dropAll();
    expect(await visible(quiet.endpoint_id)).toEqual(quietBefore.slice(0, 100));
    expect(await visible(busy.endpoint_id)).toEqual(busyBefore.slice(0, 100));
  });

  it('stays through day after day, until newer ones have taken its place', async () => {
    await makePartitionsSince(test.database, OLD + 2);
    const to = await subscriber();
    await fill(to.endpoint_id, OLD + 2, 10);
    await fill(to.endpoint_id, OLD + 1, 5);
    const before = await visible(to.endpoint_id);
    await dropAll();
    expect(await visible(to.endpoint_id)).toEqual(before);

    await fill(to.endpoint_id, RETENTION_DAYS, 90);
    await test.database.query({
      text: `SELECT ensure_day_partitions((now() AT TIME ZONE 'UTC')::date - 30, 1)`,
      values: [],
    });
    expect(await dropOldestDay(test.database, RETENTION_DAYS - 1)).toMatchObject({
      kind: 'dropped',
      keptDeliveries: 100,
    });
    const after = await visible(to.endpoint_id);
    expect(after).toHaveLength(100);
    expect(after.slice(90)).toEqual(before.slice(0, 10));
  });

  it('are no deliveries of a deleted endpoint', async () => {
    await makePartitionsSince(test.database, OLD);
    const to = await subscriber();
    const delivery = await delivered(to, OLD);
    await test.database.query({
      text: 'UPDATE webhook_endpoints SET deleted_at = now() WHERE id = $1',
      values: [to.endpoint_id],
    });
    await dropAll();
    expect(await visible(to.endpoint_id)).toEqual([]);
    expect(await recordedNumbers(test.database, delivery.delivery_id)).toEqual([]);
  });

  it('can be changed as before: an old delivery that is owed again is attempted and recorded', async () => {
    await makePartitionsSince(test.database, OLD);
    const delivery = await delivered(await subscriber(), OLD);
    await dropAll();
    await test.database.query({
      text: `UPDATE deliveries SET status = 'pending', next_attempt_at = now(), completed_at = NULL WHERE id = $1`,
      values: [delivery.delivery_id],
    });
    expect(await recordAttempts(test.database, [anAttempt(delivery, { number: 2 })])).toEqual(
      new Set([delivery.delivery_id]),
    );
    expect(await recordedNumbers(test.database, delivery.delivery_id)).toEqual([1, 2]);
  });
});

describe('what is still owed', () => {
  it('is never dropped: a pending delivery with its event and attempts, even beyond the last 100', async () => {
    await makePartitionsSince(test.database, OLD);
    const to = await subscriber();
    const delivery = await owed(to, OLD);
    await recordAttempts(test.database, [aFailedAttempt(delivery, 1)]);
    await fill(to.endpoint_id, OLD, 150);
    await fill(to.endpoint_id, 1, 150);
    await dropAll();
    expect(await stateOf(test.database, delivery)).toMatchObject({ status: 'pending', attempt_count: 1 });
    expect(await loadDeliveries(test.database, [delivery])).toMatchObject([{ delivery_id: delivery.delivery_id }]);
    await recordAttempts(test.database, [anAttempt(delivery, { number: 2 })]);
    expect(await stateOf(test.database, delivery)).toMatchObject({ status: 'succeeded', attempt_count: 2 });
    expect(await recordedNumbers(test.database, delivery.delivery_id)).toEqual([1, 2]);
  });

  it('is never dropped: a fifo delivery that waits for its turn, even where its endpoint is deleted', async () => {
    await makePartitionsSince(test.database, OLD);
    const to = await subscriber({ deleted: false });
    const delivery = await owed(to, OLD);
    await test.database.query({
      text: 'UPDATE deliveries SET position = 7 WHERE id = $1',
      values: [delivery.delivery_id],
    });
    await test.database.query({
      text: 'UPDATE webhook_endpoints SET deleted_at = now() WHERE id = $1',
      values: [to.endpoint_id],
    });
    await dropAll();
    expect(await stateOf(test.database, delivery)).toMatchObject({ status: 'pending' });
  });

  it('goes with the next day once it has ended and newer ones have taken its place', async () => {
    await makePartitionsSince(test.database, OLD + 1);
    const to = await subscriber();
    const delivery = await owed(to, OLD + 1);
    await fill(to.endpoint_id, 1, 100);
    expect(await dropOldestDay(test.database, RETENTION_DAYS)).toMatchObject({ kind: 'dropped', keptDeliveries: 1 });
    await recordAttempts(test.database, [anAttempt(delivery)]);
    expect(await dropOldestDay(test.database, RETENTION_DAYS)).toMatchObject({ kind: 'dropped', keptDeliveries: 0 });
    expect(await recordedNumbers(test.database, delivery.delivery_id)).toEqual([]);
  });

  it('is never dropped: an event that has not been fanned out', async () => {
    await makePartitionsSince(test.database, OLD);
    const to = await subscriber();
    const event = anEvent({ tenant_id: tenantId, type: to.type, id: uuidAt(noonDaysAgo(OLD)) });
    await insertEvents(test.database, [event]);
    await dropAll();
    const { deliveries } = await fanOutEvents(test.database, [event.id]);
    expect(deliveries).toMatchObject([{ event_id: event.id, endpoint_id: to.endpoint_id }]);
    expect(await loadDeliveries(test.database, deliveries)).toHaveLength(1);
  });
});

describe('rows of a day without its partition', () => {
  it('are kept and dropped by the same rules, and no longer stand in the default partition', async () => {
    const to = await subscriber();
    await fill(to.endpoint_id, OLD, 30);
    const pending = await owed(to, OLD + 1);
    await fill(to.endpoint_id, 1, 80);
    const before = await visible(to.endpoint_id);
    expect(await defaultPartitionsHoldRows(test.database)).toBe(true);
    expect(await dropAll()).toEqual([dayNameOf(OLD)]);
    expect(await defaultPartitionsHoldRows(test.database)).toBe(false);
    expect(await visible(to.endpoint_id)).toEqual([...before.slice(0, 100), pending.delivery_id]);
  });

  it('stay where they are while they are younger than the retention', async () => {
    const to = await subscriber();
    await fill(to.endpoint_id, 10, 3);
    expect(await dropAll()).toEqual([]);
    expect(await visible(to.endpoint_id)).toHaveLength(3);
  });

  it('are no hindrance between two days that have theirs', async () => {
    await makePartitionsSince(test.database, OLD + 2);
    const to = await subscriber();
    const day = dayNameOf(OLD);
    await test.database.query({ text: `DROP TABLE events_${day}, deliveries_${day}, attempts_${day}`, values: [] });
    const stray = await delivered(to, OLD);
    const before = await delivered(to, OLD + 1);
    const days = await dropAll();
    expect(days).toHaveLength(3);
    expect(await visible(to.endpoint_id)).toEqual([stray.delivery_id, before.delivery_id]);
    expect(await defaultPartitionsHoldRows(test.database)).toBe(false);
  });
});
