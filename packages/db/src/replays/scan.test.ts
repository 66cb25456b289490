import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Executor, Statement } from '../executor.js';
import { createTestDatabase, insertEndpoint, insertTenant, type TestDatabase } from '../testing/index.js';
import { countFitting, scanWindow, type ReplayFilter } from './scan.js';

/** Per day: enough that PostgreSQL chooses as it would in production. One in a hundred is dead, one cancelled. */
const ROWS_PER_DAY = 10_000;
const DAYS = [-1, 0, 1, 2];
const DAY_MS = 86_400_000;

let test: TestDatabase;
let filter: ReplayFilter;
let endpointId: string;

beforeAll(async () => {
  test = await createTestDatabase();
  const [tenant_id, neighbour] = [await insertTenant(test.database), await insertTenant(test.database)];
  endpointId = await insertEndpoint(test.database, { tenant_id });
  const otherEndpoint = await insertEndpoint(test.database, { tenant_id });
  for (const day of DAYS) await fillDay(day, [tenant_id, neighbour], [endpointId, otherEndpoint]);
  await test.database.query({ text: 'ANALYZE deliveries', values: [] });
  filter = {
    ...{ tenant_id, mode: 'live', endpoint_id: null, statuses: ['dead'], event_type: null, error_code: null },
    ...{ since: null, until: new Date(Date.now() + 10 * DAY_MS) },
  };
});
afterAll(() => test.drop());

/** Half of the rows are a neighbour's, the others go to two endpoints in turn. */
async function fillDay(day: number, tenants: string[], endpoints: string[]): Promise<void> {
  await test.database.query({
    text: `
      INSERT INTO deliveries (event_id, endpoint_id, id, tenant_id, mode, event_type, status, next_attempt_at, cancel_reason, completed_at)
      SELECT id, ($3::uuid[])[1 + n / 2 % 2], delivery_id_for(id), ($2::uuid[])[1 + n % 2], 'live', 'test.made', status,
        CASE WHEN status = 'pending' THEN now() END, CASE WHEN status = 'cancelled' THEN 'endpoint_deleted' END, now()
      FROM (
        SELECT n, delivery_id_for(first_uuid_of(now() + ($1 || ' days')::interval)) AS id,
          CASE n / 4 % 100 WHEN 7 THEN 'dead' WHEN 8 THEN 'cancelled' WHEN 9 THEN 'pending' ELSE 'succeeded' END AS status
        FROM generate_series(1, $4::int) AS n
      ) AS made`,
    values: [day, tenants, endpoints, ROWS_PER_DAY],
  });
}

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: PlanNode[];
}

/** What statements really read of the deliveries: rows, partitions, and which of them whole (an empty one may be). */
async function readBy(ask: (executor: Executor) => Promise<unknown>) {
  const nodes: PlanNode[] = [];
  const collect = (node: PlanNode) => {
    if (node['Relation Name']?.startsWith('deliveries_') && node['Actual Loops'] > 0) nodes.push(node);
    node.Plans?.forEach(collect);
  };
  await ask({
    ...test.database,
    query: async <Row>({ text, values }: Statement): Promise<Row[]> => {
      const [row] = await test.database.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>({
        text: `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`,
        values,
      });
      collect((row as { 'QUERY PLAN': [{ Plan: PlanNode }] })['QUERY PLAN'][0].Plan);
      return [];
    },
  });
  return {
    rows: nodes.map(readFrom).reduce((sum, each) => sum + each, 0),
    partitions: new Set(nodes.map((node) => node['Relation Name'])).size,
    scans: nodes
      .filter((node) => node['Node Type'] === 'Seq Scan' && readFrom(node) > 0)
      .map((node) => node['Relation Name']),
  };
}

function readFrom(node: PlanNode): number {
  return (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'];
}

const LIMIT = 50;
const window = (changes: Partial<ReplayFilter>, afterId: string | null = null) =>
  readBy((executor) =>
    scanWindow(executor, { ...filter, ...changes }, { afterId, endedBy: filter.until, limit: LIMIT }),
  );

describe('a window of a replay', () => {
  it.each<[string, Partial<ReplayFilter>]>([
    ['the dead', {}],
    ['the dead of one endpoint', { endpoint_id: 'one' }],
    ['the dead and the cancelled', { statuses: ['dead', 'cancelled'] }],
    ['those that succeeded', { statuses: ['succeeded'] }],
    ['those of one endpoint, however they ended', { statuses: ['dead', 'succeeded', 'cancelled'], endpoint_id: 'one' }],
    ['those of an event that never was', { event_type: 'nobody.knows' }],
    ['those that nothing was wrong with', { error_code: 'tls_invalid' }],
  ])('of %s reads little more than it looks at', async (_what, changes) => {
    const found = await window({ ...changes, ...(changes.endpoint_id && { endpoint_id: endpointId }) });
    expect(found.scans).toEqual([]);
    // A row ahead in each partition and index, and those of the endpoints that are asked what they owe.
    expect(found.rows).toBeLessThan(2 * LIMIT + 400);
    expect(found.rows).toBeGreaterThanOrEqual(LIMIT);
  });

  it('looks into the days alone that it is about', async () => {
    const all = await window({});
    const since = new Date(Date.now() + 1.5 * DAY_MS);
    const { partitions } = await window({ since });
    expect(all.partitions).toBeGreaterThanOrEqual(DAYS.length);
    // The owed deliveries of an endpoint may be of any day; only the scan is of one.
    const rows = await readBy((executor) => countFitting(executor, { ...filter, since }, 1_000));
    expect(rows.partitions).toBeLessThan(all.partitions);
    expect(partitions).toBeGreaterThan(0);
  });

  it('is followed by the next one: together they are all that fit, each once, by id', async () => {
    const seen: string[] = [];
    let afterId: string | null = null;
    for (;;) {
      const next = await scanWindow(test.database, filter, { afterId, endedBy: filter.until, limit: LIMIT });
      seen.push(...next.fitting.map(({ delivery_id }) => delivery_id));
      if (next.examined < LIMIT) break;
      afterId = next.last_id;
    }
    expect(seen).toEqual([...new Set(seen)].sort());
    expect(seen).toHaveLength(await countFitting(test.database, filter, 1_000_000));
    expect(seen.length).toBeGreaterThan(3 * LIMIT);
  });
});

describe('the count of what fits', () => {
  it('is right, and stops at its limit', async () => {
    const [row] = await test.database.query<{ count: number }>({
      text: `SELECT count(*) FROM deliveries WHERE tenant_id = $1 AND status IN ('dead', 'cancelled') AND endpoint_id = $2`,
      values: [filter.tenant_id, endpointId],
    });
    const wanted: ReplayFilter = { ...filter, statuses: ['dead', 'cancelled'], endpoint_id: endpointId };
    expect(row?.count).toBeGreaterThan(0);
    expect(await countFitting(test.database, wanted, 1_000_000)).toBe(row?.count);
    expect(await countFitting(test.database, { ...filter, statuses: ['succeeded', 'dead'] }, 100)).toBeLessThanOrEqual(
      100,
    );
  });

  it('reads no more than its limit, and no other tenant’s rows', async () => {
    const found = await readBy((executor) => countFitting(executor, { ...filter, statuses: ['succeeded'] }, 500));
    expect(found.scans).toEqual([]);
    expect(found.rows).toBeLessThan(600);
  });
});
