import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newUuid } from '@switchboard/shared';
import { loadDeliveries } from '../deliveries/load-deliveries.js';
import { recordAttempts } from '../deliveries/record-attempts.js';
import type { Executor } from '../executor.js';
import { anAttempt, createTestDatabase, insertTenant, makeDelivery, type TestDatabase } from '../testing/index.js';

/** Enough rows a day, and few enough endpoints, that the planner chooses as it would in production. */
const ROWS_PER_DAY = 3_000;
const ENDPOINT_COUNT = 10;
const DAYS = ['-1 day', '0 day', '1 day', '2 day'];

let test: TestDatabase;
let tenantId: string;

beforeAll(async () => {
  test = await createTestDatabase();
  tenantId = await insertTenant(test.database);
  for (const day of DAYS) await fillDay(day);
  await test.database.query({ text: 'ANALYZE events, deliveries, attempts', values: [] });
});
afterAll(() => test.drop());

async function fillDay(offset: string): Promise<void> {
  await test.database.query({
    text: `
      WITH made AS (
        INSERT INTO events (id, tenant_id, mode, type, data, created_at)
        SELECT delivery_id_for(first_uuid_of(now() + $1::interval)), $2, 'live', 'test.made', '{}', now()
        FROM generate_series(1, $3::int) RETURNING id
      ), owed AS (
        INSERT INTO deliveries (event_id, endpoint_id, id, tenant_id, mode, event_type)
        SELECT id, lpad((row_number() OVER () % $4)::text, 32, '0')::uuid, delivery_id_for(id), $2, 'live', 'test.made'
        FROM made RETURNING id
      )
      INSERT INTO attempts (delivery_id, number, tenant_id, started_at, duration_ms, request_headers)
      SELECT id, 1, $2, now(), 1, '{}' FROM owed`,
    values: [offset, tenantId, ROWS_PER_DAY, ENDPOINT_COUNT],
  });
}

interface PlanNode {
  'Relation Name'?: string;
  'Actual Loops': number;
  Plans?: PlanNode[];
}

/** Runs statements under EXPLAIN ANALYZE and notes which partitions were really read. */
function explaining(database: Executor, read: Set<string>): Executor {
  const note = (node: PlanNode) => {
    if (node['Relation Name'] && node['Actual Loops'] > 0) read.add(node['Relation Name']);
    node.Plans?.forEach(note);
  };
  return {
    ...database,
    query: async <Row>({ text, values }: { text: string; values: unknown[] }): Promise<Row[]> => {
      const rows = await database.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>({
        text: `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`,
        values,
      });
      for (const row of rows) note(row['QUERY PLAN'][0].Plan);
      return [];
    },
  };
}

const partitionsOf = (table: string, read: Set<string>) =>
  [...read].filter((name) => new RegExp(`^${table}_(\\d{8}|default)$`).test(name));

describe('what is looked up by an event’s id', () => {
  it.each([
    { table: 'events', column: 'id' },
    { table: 'deliveries', column: 'event_id' },
    { table: 'attempts', column: 'delivery_id' },
  ])('is read from one partition of $table', async ({ table, column }) => {
    const read = new Set<string>();
    await explaining(test.database, read).query({
      text: `SELECT * FROM ${table} WHERE ${column} = $1`,
      values: [newUuid()],
    });
    expect(partitionsOf(table, read)).toHaveLength(1);
  });

  it('is read from one partition when deliveries are loaded for their attempts', async () => {
    const delivery = await makeDelivery(test.database, { tenant_id: tenantId });
    const read = new Set<string>();
    await loadDeliveries(explaining(test.database, read), [delivery]);
    expect(partitionsOf('deliveries', read)).toHaveLength(1);
    expect(partitionsOf('events', read)).toHaveLength(1);
  });

  it('is changed in one partition when attempts are recorded', async () => {
    const delivery = await makeDelivery(test.database, { tenant_id: tenantId });
    const read = new Set<string>();
    await recordAttempts(explaining(test.database, read), [anAttempt(delivery)]);
    expect(partitionsOf('deliveries', read)).toHaveLength(1);
  });
});
