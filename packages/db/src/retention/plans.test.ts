import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, fillDay, insertEndpoint, insertTenant, type TestDatabase } from '../testing/index.js';
import { CHOOSE_KEYS } from './kept-rows.js';

const ROWS_PER_DAY = 3_000;
const KEPT = 100;

let test: TestDatabase;
let tenantId: string;

beforeAll(async () => {
  test = await createTestDatabase();
  tenantId = await insertTenant(test.database);
  for (let made = 0; made < 10; made += 1) {
    const endpoint_id = await insertEndpoint(test.database, { tenant_id: tenantId });
    for (const daysAgo of [1, 0]) {
      await fillDay(test.database, { tenant_id: tenantId, endpoint_id, daysAgo, count: ROWS_PER_DAY / 10 });
    }
  }
  await test.database.query({ text: 'ANALYZE deliveries, webhook_endpoints', values: [] });
});
afterAll(() => test.drop());

interface PlanNode {
  'Relation Name'?: string;
  'Node Type': string;
  'Index Name'?: string;
  'Index Cond'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  Plans?: PlanNode[];
}

/** The nodes of a plan that read partitions of deliveries, as it was really run. */
async function readsOfDeliveries(text: string, values: unknown[]): Promise<PlanNode[]> {
  const [row] = await test.database.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>({
    text: `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`,
    values,
  });
  const reads: PlanNode[] = [];
  const collect = (node: PlanNode) => {
    if (node['Relation Name']?.startsWith('deliveries')) reads.push(node);
    node.Plans?.forEach(collect);
  };
  if (row) collect(row['QUERY PLAN'][0].Plan);
  return reads;
}

/** The partitions' parts of an index, by the names of it. */
async function partsOf(index: string): Promise<Set<string>> {
  const rows = await test.database.query<{ name: string }>({
    text: `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = $1::regclass`,
    values: [index],
  });
  return new Set(rows.map((row) => row.name));
}

describe('finding the newest deliveries of each endpoint', () => {
  it('walks the index deliveries_by_endpoint and ends after the last that stays', async () => {
    const text = CHOOSE_KEYS.replace('INSERT INTO retention_keys (event_id, endpoint_id)', '');
    const reads = await readsOfDeliveries(text, ['ffffffff-ffff-ffff-ffff-ffffffffffff', KEPT]);
    const parts = await partsOf('deliveries_by_endpoint');
    for (const read of reads) {
      expect(read['Node Type']).toBe('Index Scan');
      expect(parts).toContain(read['Index Name']);
      expect(read['Index Cond']).toContain('endpoint_id');
      // One more than it needs, where it looks ahead.
      expect(read['Actual Rows']).toBeLessThanOrEqual(KEPT + 1);
    }
    expect(reads.length).toBe(parts.size);
  });
});
