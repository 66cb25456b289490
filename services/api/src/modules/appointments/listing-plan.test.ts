import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createDatabase, seedAppointments, type Database, type Executor } from '@switchboard/db';
import { createTestDatabase, type TestDatabase } from '@switchboard/db/testing';
import { APPOINTMENT_STATUSES } from '@switchboard/shared';
import type { TenantScope } from '../../http/route.js';
import { listCalls } from '../calls/repository.js';
import { listCustomers } from '../customers/repository.js';
import { listDeliveries } from '../deliveries/repository.js';
import { listEvents } from '../events/repository.js';
import { listReplays } from '../replays/repository.js';
import { listAppointments, type AppointmentFilter, type AppointmentOrder } from './repository.js';

let test: TestDatabase;
/** One connection with a setting of its own for the seed: a million rows take longer than a request may. */
let seeder: Database;
let tenant: TenantScope;

const TENANTS = 1_000;
const APPOINTMENTS = 1_000_000;
const PER_TENANT = APPOINTMENTS / TENANTS;
/**
 * A list may look at its tenant's own rows, never at those of all tenants: at worst once in each of two indexes and
 * once in the table, for the page and again for its count.
 */
const MAX_ROWS_READ = 2 * (3 * PER_TENANT + 200);

const query = <Row>(text: string, values: unknown[] = []) => seeder.query<Row>({ text, values });
const SOME_TENANTS = `(SELECT id FROM tenants WHERE name LIKE 'Seed tenant %77')`;

/** Builds the table's indexes once over all rows, as the migration defined them: row by row takes twice as long. */
async function withoutIndexes(fill: () => Promise<void>): Promise<void> {
  const indexes = await query<{ name: string; definition: string }>(`
    SELECT indexname AS name, indexdef AS definition FROM pg_indexes
    WHERE tablename = 'appointments' AND indexname NOT IN (SELECT conname FROM pg_constraint)`);
  expect(indexes.length).toBeGreaterThan(4);
  for (const { name } of indexes) await query(`DROP INDEX ${name}`);
  await fill();
  await query(`SET maintenance_work_mem = '128MB'`);
  for (const { definition } of indexes) await query(definition);
}

beforeAll(async () => {
  test = await createTestDatabase();
  seeder = createDatabase({
    url: test.url,
    poolSize: 1,
    applicationName: 'switchboard-test-seed',
    statementTimeoutMs: 120_000,
  });
  // No foreign key is looked up a million times; the rows are right by the way they are made.
  await query('SET session_replication_role = replica');
  await query('SET synchronous_commit = off');
  await withoutIndexes(async () => {
    await seedAppointments(seeder, { tenants: TENANTS, appointments: APPOINTMENTS });
    // A hundredth of the tenants has staff and services; each appointment ends before the tenant's next one begins.
    await query(`UPDATE appointments SET staff_id = md5(tenant_id::text || 'staff')::uuid,
      service_id = md5(tenant_id::text || 'service')::uuid WHERE tenant_id IN ${SOME_TENANTS}`);
  });
  await query('ANALYZE appointments');
  const [row] = await query<{ id: string }>(`SELECT id FROM tenants WHERE name = 'Seed tenant 77'`);
  tenant = { tenant_id: row?.id as string, mode: 'live' };
}, 180_000);
afterAll(async () => {
  await seeder.close();
  await test.drop();
});

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  Plans?: PlanNode[];
}

/** The statements that a repository sends, as it sends them; each is run as well. */
async function statementsOf(list: (executor: Executor) => Promise<unknown>) {
  const sent: { text: string; values: unknown[] }[] = [];
  await list({
    query: (statement) => test.database.query(statement),
    run: (builder) => {
      const { sql: text, bindings } = builder.toSQL().toNative();
      sent.push({ text, values: [...bindings] });
      return test.database.run(builder);
    },
  });
  return sent;
}

/** Every node of the plan by which PostgreSQL runs the statement. */
async function planOf(
  { text, values }: { text: string; values: unknown[] },
  settings = 'ANALYZE',
): Promise<PlanNode[]> {
  const explain = `EXPLAIN (FORMAT JSON${settings && `, ${settings}`}) ${text}`;
  const [row] = await query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(explain, values);
  const nodes: PlanNode[] = [];
  const collect = (node: PlanNode) => {
    nodes.push(node);
    node.Plans?.forEach(collect);
  };
  collect((row?.['QUERY PLAN'] as [{ Plan: PlanNode }])[0].Plan);
  return nodes;
}

function rowsRead(nodes: PlanNode[]): number {
  const read = nodes.map((node) => {
    const removed = (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0);
    return node.Plans ? 0 : (node['Actual Rows'] + removed) * node['Actual Loops'];
  });
  return read.reduce((sum, rows) => sum + rows, 0);
}

async function expectNarrow(filter: AppointmentFilter, order: AppointmentOrder, page = 1): Promise<void> {
  const options = { filter, order, page: { page, per_page: 20 } };
  const statements = await statementsOf((executor) => listAppointments(executor, tenant, options));
  // One round trip: the count is a column of the page.
  expect(statements).toHaveLength(1);
  for (const statement of statements) {
    const nodes = await planOf(statement);
    const scans = nodes.filter((node) => node['Node Type'] === 'Seq Scan').map((node) => node['Relation Name']);
    expect({ filter, order, scans }).toEqual({ filter, order, scans: [] });
    const read = rowsRead(nodes);
    if (read > MAX_ROWS_READ) throw new Error(`${read} rows read: ${JSON.stringify({ filter, order, nodes })}`);
  }
}

/** Every subset of these filters. */
function subsetsOf(filters: AppointmentFilter): AppointmentFilter[] {
  return Object.entries(filters).reduce<AppointmentFilter[]>(
    (subsets, [name, value]) => subsets.flatMap((subset) => [subset, { ...subset, [name]: value as unknown }]),
    [{}],
  );
}

const ORDERS = (['created_at', 'starts_at'] as const).flatMap((column) =>
  (['asc', 'desc'] as const).map((direction) => ({ column, direction })),
);

describe('GET /appointments at a million rows over a thousand tenants', () => {
  it('holds what it says', async () => {
    const [counts] = await query(
      `SELECT count(*) AS all, count(*) FILTER (WHERE tenant_id = $1) AS of_one_tenant FROM appointments`,
      [tenant.tenant_id],
    );
    expect(counts).toEqual({ all: APPOINTMENTS, of_one_tenant: PER_TENANT });
  });

  it.each(ORDERS)('by $column $direction no combination of filters reads the table', async (order) => {
    const [some] = await query<{ customer_id: string; staff_id: string; service_id: string }>(
      'SELECT customer_id, staff_id, service_id FROM appointments WHERE tenant_id = $1 LIMIT 1',
      [tenant.tenant_id],
    );
    const day = (offset: number) => new Date(Date.now() + offset * 86_400_000);
    const filters = { ...some, status: 'booked', starts_from: day(-30), starts_before: day(30) };
    for (const filter of subsetsOf(filters)) await expectNarrow(filter, order);
  });

  it('neither does any status, a span of one day, a later page, or a tenant without rows', async () => {
    const [order] = ORDERS as [AppointmentOrder];
    for (const status of APPOINTMENT_STATUSES) await expectNarrow({ status }, order);
    const now = Date.now();
    await expectNarrow({ starts_from: new Date(now), starts_before: new Date(now + 86_400_000) }, order);
    for (const each of ORDERS) await expectNarrow({}, each, 50);
    await expectNarrow({ customer_id: tenant.tenant_id, staff_id: tenant.tenant_id }, order);
  });
});

describe('the other lists', () => {
  const page = { kind: 'page', page: 1, per_page: 20 } as const;
  const byCursor = { kind: 'cursor', after_id: '019312a4-8b00-7a3c-9f21-3d5e8c1b7f60', per_page: 20 } as const;
  const id = '019312a4-8b00-7a3c-9f21-3d5e8c1b7f60';
  const time = new Date();
  const lists: [what: string, list: (executor: Executor) => Promise<unknown>][] = [
    ['customers', (db) => listCustomers(db, tenant, {}, page)],
    ['customers by phone', (db) => listCustomers(db, tenant, { phone: '+14155550001' }, page)],
    ['customers by e-mail', (db) => listCustomers(db, tenant, { email: 'a@example.com' }, page)],
    ['customers searched', (db) => listCustomers(db, tenant, { search: 'ada' }, page)],
    ['calls', (db) => listCalls(db, tenant, {}, page)],
    ['calls by cursor', (db) => listCalls(db, tenant, { status: 'ended', direction: 'inbound' }, byCursor)],
    ['calls by number', (db) => listCalls(db, tenant, { from_number: '+1', to_number: '+1' }, page)],
    ['calls by time', (db) => listCalls(db, tenant, { started_from: time, started_before: time }, page)],
    ['events', (db) => listEvents(db, tenant, {}, page)],
    ['events by type and cursor', (db) => listEvents(db, tenant, { type: 'a.b' }, byCursor)],
    ['deliveries', (db) => listDeliveries(db, tenant, {}, page)],
    ['deliveries by cursor', (db) => listDeliveries(db, tenant, { status: 'dead' }, byCursor)],
    [
      'dead deliveries since a time',
      (db) => listDeliveries(db, tenant, { status: 'dead', since: new Date(0), until: time }, page),
    ],
    ['replays', (db) => listReplays(db, tenant, {}, page)],
    ['replays by status and cursor', (db) => listReplays(db, tenant, { status: 'running' }, byCursor)],
    ['deliveries of an endpoint', (db) => listDeliveries(db, tenant, { endpoint_id: id }, page)],
    ['deliveries of an event', (db) => listDeliveries(db, tenant, { event_id: id }, page)],
  ];

  // Small tables: PostgreSQL would rather read them whole, so what this shows is that there is an index to use.
  it.each(lists)('%s: there is an index for them', async (_what, list) => {
    await query('SET enable_seqscan = off');
    for (const statement of await statementsOf(list)) {
      const nodes = await planOf(statement, '');
      expect(nodes.filter((node) => node['Node Type'] === 'Seq Scan').map((node) => node['Relation Name'])).toEqual([]);
      expect(nodes.some((node) => node['Index Name'] !== undefined)).toBe(true);
    }
  });
});
