import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DeliveryKey } from '../deliveries/load-deliveries.js';
import type { Executor, Statement } from '../executor.js';
import { createTestDatabase, insertEndpoint, insertTenant, setFlow, type TestDatabase } from '../testing/index.js';
import { FIRST_ENDPOINT_ID, sweepDueDeliveries } from './sweep.js';
import { giveBackDeliveries } from './give-back.js';
import { takeBacklog } from './take-backlog.js';
import { takeProbes } from './take-probes.js';
import { takeHeads, takeWithinRate } from './take-turns.js';

const DAYS = 40;
const OWED = 100_000;
const OWED_IN_ORDER = 20_000;
const OTHER_ENDPOINTS = 300;
/** Far below what is owed, and above what any of the queries has to look at. */
const FEW_ROWS = 5_000;

let test: TestDatabase;
let tenantId: string;
let busy: string;
let busyInOrder: string;

beforeAll(async () => {
  test = await createTestDatabase();
  const { database } = test;
  await database.query({
    text: `SELECT ensure_day_partitions((now() AT TIME ZONE 'UTC')::date - 38, $1)`,
    values: [DAYS],
  });
  tenantId = await insertTenant(database);
  busy = await insertEndpoint(database, { tenant_id: tenantId });
  busyInOrder = await insertEndpoint(database, { tenant_id: tenantId, ordering: 'fifo' });
  await fill(busy, OWED, false);
  await fill(busyInOrder, OWED_IN_ORDER, true);
  for (let other = 0; other < OTHER_ENDPOINTS; other += 1) {
    await fill(await insertEndpoint(database, { tenant_id: tenantId }), 3, false);
  }
  await database.query({ text: 'ANALYZE deliveries, webhook_endpoints, outbox', values: [] });
}, 120_000);
afterAll(() => test.drop());

/** Due deliveries of events of all these days. Not of today: soon after midnight it would have a handful, which are read whole. */
async function fill(endpointId: string, count: number, isInOrder: boolean): Promise<void> {
  await test.database.query({
    text: `
      INSERT INTO deliveries (event_id, endpoint_id, id, tenant_id, mode, event_type, position, next_attempt_at)
      SELECT event_id, $1, delivery_id_for(event_id), $2, 'live', 'test.owed', CASE WHEN $4 THEN n END,
        now() - interval '1 hour' + n * interval '1 millisecond'
      FROM (
        SELECT n, delivery_id_for(first_uuid_of(date_trunc('day', now(), 'UTC') - n * $5::int / $3::float8 * interval '1 day')) AS event_id
        FROM generate_series(1, $3::int) AS n
      ) AS made`,
    values: [endpointId, tenantId, count, isInOrder, DAYS - 3],
  });
}

const anyTen = () =>
  test.database.query<DeliveryKey>({
    text: `UPDATE deliveries SET queued_until = now() + interval '1 hour'
      WHERE (event_id, endpoint_id) IN (SELECT event_id, endpoint_id FROM deliveries LIMIT 10) RETURNING event_id, endpoint_id`,
    values: [],
  });

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Actual Loops': number;
  'Actual Rows': number;
  'Rows Removed by Filter'?: number;
  Plans?: PlanNode[];
}

class RolledBack extends Error {}

/**
 * Runs what `work` asks under EXPLAIN ANALYZE, planned once for all parameters as on a worker's connections, and takes
 * it back. @returns the nodes of the plan that were really run
 */
async function nodesOf(work: (executor: Executor) => Promise<unknown>): Promise<PlanNode[]> {
  const nodes: PlanNode[] = [];
  const note = (node: PlanNode) => {
    if (node['Actual Loops'] > 0) nodes.push(node);
    node.Plans?.forEach(note);
  };
  const undone = test.database.transaction(async (transaction) => {
    const command = (text: string) => transaction.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>({ text, values: [] });
    await command('SET LOCAL plan_cache_mode = force_generic_plan');
    await work({
      ...transaction,
      query: async <Row>({ text, values }: Statement): Promise<Row[]> => {
        await command(`PREPARE explained AS ${text}`);
        const rows = await command(
          `EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE explained (${values.map(literal).join(', ')})`,
        );
        await command('DEALLOCATE explained');
        for (const row of rows) note(row['QUERY PLAN'][0].Plan);
        return [];
      },
    });
    throw new RolledBack();
  });
  await expect(undone).rejects.toThrow(RolledBack);
  return nodes;
}

function literal(value: unknown): string {
  if (Array.isArray(value)) return `'{${value.map(text).join(',')}}'`;
  return typeof value === 'number' ? String(value) : `'${text(value)}'`;
}

const text = (value: unknown) => (value instanceof Date ? value.toISOString() : String(value));

/** Index scans say nothing of the rows that a filter threw away unless it is asked for. */
const rowsRead = (nodes: PlanNode[]) =>
  nodes.reduce(
    (sum, node) => sum + (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'],
    0,
  );

describe('with 100,000 deliveries of one endpoint owed over 40 days', () => {
  it.each([
    {
      what: 'a sweep',
      work: (executor: Executor) =>
        sweepDueDeliveries(executor, {
          aheadMs: 5_000,
          leaseMs: 60_000,
          perEndpoint: 100,
          perBacklog: 10,
          limit: 1_000,
          afterEndpointId: FIRST_ENDPOINT_ID,
        }),
      index: /endpoint_id_next_attempt_at/,
    },
    {
      what: 'taking of a backlog',
      work: (executor: Executor) => takeBacklog(executor, new Map([[busy, 10]]), 60_000),
      index: /endpoint_id_next_attempt_at/,
    },
    {
      what: 'taking of the next in order',
      work: (executor: Executor) => takeHeads(executor, [busyInOrder], 60_000),
      index: /endpoint_id_position/,
    },
    {
      what: 'taking within a rate',
      work: (executor: Executor) => takeWithinRate(executor, [busy], 60_000),
      index: /endpoint_id_next_attempt_at/,
      setUp: async () => {
        await setFlow(test.database, busy, 'tokens = 20, refilled_at = now()');
        await test.database.query({
          text: 'UPDATE webhook_endpoints SET rate_limit_per_second = 100 WHERE id = $1',
          values: [busy],
        });
      },
      tearDown: () =>
        test.database.query({
          text: 'UPDATE webhook_endpoints SET rate_limit_per_second = NULL WHERE id = $1',
          values: [busy],
        }),
    },
    {
      what: 'giving back of what found no place',
      work: async (executor: Executor) =>
        giveBackDeliveries(
          executor,
          (await anyTen()).map((key) => ({ ...key, claimed_until: new Date() })),
        ),
      index: /_pkey/,
    },
    {
      what: 'taking of a probe',
      work: (executor: Executor) => takeProbes(executor, { leaseMs: 60_000, limit: 100 }),
      index: /endpoint_id_next_attempt_at/,
      setUp: () => setFlow(test.database, busy, `paused_until = now() - interval '1 second', pause_ms = 1000`),
      tearDown: () => setFlow(test.database, busy, 'paused_until = NULL, pause_ms = NULL'),
    },
  ])('$what reads few of them, through the index made for it', async ({ work, index, setUp, tearDown }) => {
    await setUp?.();
    const nodes = await nodesOf(work);
    await tearDown?.();
    const ofDeliveries = nodes.filter(
      (node) => node['Node Type'] !== 'ModifyTable' && /^deliveries_/.test(node['Relation Name'] ?? ''),
    );
    expect(ofDeliveries.filter((node) => node['Node Type'] === 'Seq Scan')).toEqual([]);
    expect(ofDeliveries.some((node) => index.test(node['Index Name'] ?? ''))).toBe(true);
    expect(rowsRead(ofDeliveries)).toBeGreaterThan(0);
    expect(rowsRead(ofDeliveries)).toBeLessThan(FEW_ROWS);
  });
});
