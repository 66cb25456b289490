import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { recordAttempts } from '../deliveries/record-attempts.js';
import {
  aFailedAttempt,
  anAttempt,
  createTestDatabase,
  insertTenant,
  makeDelivery,
  stateOf,
  type MadeDelivery,
  type TestDatabase,
} from '../testing/index.js';
import { cancelOwed, findClosedEndpoints } from './closed-endpoints.js';

const TIMEOUT_MS = 10_000;
const DELETED = `deleted_at = now() - interval '1 minute'`;
const OFF = `enabled = false, disabled_reason = 'manual', disabled_at = now() - interval '1 minute'`;
const GONE = `enabled = false, disabled_reason = 'gone', disabled_at = now() - interval '1 minute'`;
const FAILING = `enabled = false, disabled_reason = 'failing', disabled_at = now() - interval '1 minute'`;
/** One delivery due now, and one due later. */
const LATER_MS = 60_000;

let test: TestDatabase;
let tenantId: string;

beforeAll(async () => {
  test = await createTestDatabase();
  tenantId = await insertTenant(test.database);
});
afterAll(() => test.drop());
beforeEach(async () => {
  await test.database.query({ text: 'DELETE FROM deliveries', values: [] });
});

const closed = () => findClosedEndpoints(test.database, TIMEOUT_MS);

/** A delivery whose second attempt is due in that time, to an endpoint of its own that is changed afterwards. */
async function owedBy(assignment: string, dueInMs: number): Promise<MadeDelivery> {
  const delivery = await makeDelivery(test.database, { tenant_id: tenantId });
  await recordAttempts(test.database, [aFailedAttempt(delivery, 1, dueInMs)]);
  await change(delivery, assignment);
  return delivery;
}

async function change({ endpoint_id }: MadeDelivery, assignment: string): Promise<void> {
  await test.database.query({
    text: `UPDATE webhook_endpoints SET ${assignment} WHERE id = $1`,
    values: [endpoint_id],
  });
}

async function inOrder({ delivery_id }: MadeDelivery): Promise<void> {
  await test.database.query({ text: 'UPDATE deliveries SET position = 1 WHERE id = $1', values: [delivery_id] });
}

describe('findClosedEndpoints', () => {
  it.each([
    ['deleted', DELETED, 'endpoint_deleted', 'all'],
    ['disabled by its owner', OFF, 'endpoint_disabled', 'due'],
    ['disabled because it kept failing', FAILING, 'endpoint_disabled', 'due'],
    ['gone', GONE, 'endpoint_disabled', 'all'],
    ['gone and deleted', `${GONE}, ${DELETED}`, 'endpoint_deleted', 'all'],
  ])('finds one to which something due is owed and that is %s', async (_, assignment, cancel_reason, which) => {
    const { endpoint_id } = await owedBy(assignment, 0);
    expect(await closed()).toEqual([{ endpoint_id, cancel_reason, which }]);
  });

  it('finds one for good with what is due later, and one that may be enabled again without', async () => {
    const [deleted, gone] = [await owedBy(DELETED, LATER_MS), await owedBy(GONE, LATER_MS)];
    await owedBy(OFF, LATER_MS);
    await owedBy(FAILING, LATER_MS);
    const found = (await closed()).map((endpoint) => endpoint.endpoint_id);
    expect(found).toEqual([deleted.endpoint_id, gone.endpoint_id].toSorted());
  });

  it('finds a fifo endpoint like any other', async () => {
    const [deleted, off] = [await owedBy(DELETED, LATER_MS), await owedBy(OFF, 0)];
    for (const delivery of [deleted, off]) await inOrder(delivery);
    const found = (await closed()).map((endpoint) => endpoint.endpoint_id);
    expect(found).toEqual([deleted.endpoint_id, off.endpoint_id].toSorted());
  });

  it('leaves attempts that were under way the time to end: the endpoint’s own timeout, or the default', async () => {
    const since = (ms: number) => `deleted_at = now() - interval '${ms} milliseconds'`;
    await owedBy(since(TIMEOUT_MS - 1_000), 0);
    await owedBy(`${since(TIMEOUT_MS + 5_000)}, timeout_ms = 30000`, 0);
    const quick = await owedBy(`${since(TIMEOUT_MS - 1_000)}, timeout_ms = 1000`, 0);
    expect((await closed()).map((endpoint) => endpoint.endpoint_id)).toEqual([quick.endpoint_id]);
  });

  it('finds neither an open endpoint nor a closed one to which nothing is owed', async () => {
    await owedBy('enabled = true', 0);
    const done = await makeDelivery(test.database, { tenant_id: tenantId });
    await recordAttempts(test.database, [anAttempt(done)]);
    await change(done, DELETED);
    expect(await closed()).toEqual([]);
  });

  it('goes from endpoint to endpoint and not along what they are owed', async () => {
    const deliveries = [await owedBy(DELETED, 0), await owedBy(GONE, 0), await owedBy('enabled = true', 0)];
    for (const { endpoint_id } of deliveries) {
      await test.database.query({
        text: `INSERT INTO deliveries (event_id, endpoint_id, id, tenant_id, mode, event_type)
          SELECT id, $1, delivery_id_for(id), $2, 'live', 'test.made'
          FROM (SELECT delivery_id_for(first_uuid_of(now())) AS id FROM generate_series(1, 3000)) AS made`,
        values: [endpoint_id, tenantId],
      });
    }
    await test.database.query({ text: 'ANALYZE deliveries', values: [] });
    let explained = '';
    const explaining = {
      ...test.database,
      query: async <Row>({ text, values }: { text: string; values: unknown[] }): Promise<Row[]> => {
        const rows = await test.database.query<object>({ text: `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, values });
        explained = JSON.stringify(rows);
        return [];
      },
    };
    await findClosedEndpoints(explaining, TIMEOUT_MS);
    const readRows = [...explained.matchAll(/"Relation Name":"deliveries_\w+".*?"Actual Rows":([\d.]+)/g)];
    expect(readRows.length).toBeGreaterThan(0);
    for (const [, rows] of readRows) expect(Number(rows)).toBeLessThanOrEqual(1);
  });
});

describe('cancelOwed', () => {
  const cancel = (delivery: MadeDelivery, which: 'all' | 'due' | 'later', limit = 1_000) =>
    cancelOwed(test.database, {
      endpoint_id: delivery.endpoint_id,
      cancel_reason: 'endpoint_disabled',
      which,
      limit,
    });

  it('ends a delivery as cancelled, says why, and owes no attempt any more', async () => {
    const delivery = await owedBy(OFF, 0);
    expect(await cancel(delivery, 'due')).toBe(1);
    expect(await stateOf(test.database, delivery)).toMatchObject({
      status: 'cancelled',
      cancel_reason: 'endpoint_disabled',
      attempt_count: 1,
      next_attempt_at: null,
      completed_at: expect.any(Date),
    });
  });

  it.each([
    ['due', 0, 1],
    ['due', LATER_MS, 0],
    ['later', 0, 0],
    ['later', LATER_MS, 1],
    ['all', 0, 1],
    ['all', LATER_MS, 1],
  ] as const)('of what is %s, a delivery due in %i ms: cancels %i', async (which, dueInMs, count) => {
    const [plain, ordered] = [await owedBy(OFF, dueInMs), await owedBy(OFF, dueInMs)];
    await inOrder(ordered);
    expect(await cancel(plain, which)).toBe(count);
    expect(await cancel(ordered, which)).toBe(count);
  });

  it('cancels no more than the limit at once', async () => {
    const first = await owedBy('enabled = true', 0);
    for (let made = 0; made < 4; made += 1) {
      await test.database.query({
        text: `INSERT INTO deliveries (event_id, endpoint_id, id, tenant_id, mode, event_type, position)
          SELECT id, $1, delivery_id_for(id), $2, 'live', 'test.made', $3
          FROM (SELECT delivery_id_for(first_uuid_of(now())) AS id) AS made`,
        values: [first.endpoint_id, tenantId, made % 2 === 0 ? made : null],
      });
    }
    await change(first, OFF);
    expect([await cancel(first, 'all', 3), await cancel(first, 'all', 3), await cancel(first, 'all', 3)]).toEqual([
      3, 2, 0,
    ]);
  });

  it('cancels nothing where the endpoint was enabled again meanwhile', async () => {
    const delivery = await owedBy('enabled = true', 0);
    expect(await cancel(delivery, 'all')).toBe(0);
    expect(await stateOf(test.database, delivery)).toMatchObject({ status: 'pending' });
  });

  it('passes over a delivery that is being recorded at this moment', async () => {
    const delivery = await owedBy(OFF, 0);
    await test.database.transaction(async (transaction) => {
      await recordAttempts(transaction, [anAttempt(delivery, { number: 2 })]);
      expect(await cancel(delivery, 'all')).toBe(0);
    });
    expect(await stateOf(test.database, delivery)).toMatchObject({ status: 'succeeded' });
  });
});
