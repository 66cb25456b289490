import type { Executor } from '../executor.js';

export interface SeedOptions {
  tenants: number;
  appointments: number;
}

/**
 * Fills the tables with made-up tenants, customers and appointments, for benchmarks and query plans. The rows are made
 * by PostgreSQL itself: a million take seconds. Appointments spread over a year around now and over all tenants.
 */
export async function seedAppointments(executor: Executor, { tenants, appointments }: SeedOptions): Promise<void> {
  const customersPerTenant = Math.max(1, Math.min(50, Math.ceil(appointments / tenants)));
  await executor.query({ text: SEED_TENANTS, values: [tenants] });
  await executor.query({ text: SEED_CUSTOMERS, values: [tenants, customersPerTenant] });
  await executor.query({ text: SEED_APPOINTMENTS, values: [appointments, tenants, customersPerTenant] });
  await executor.query({ text: 'ANALYZE tenants, customers, appointments', values: [] });
}

/**
 * Numbered ids, so that the statements below find each other's rows without reading them. They have the form of a
 * UUIDv7 (version 7, variant 8), because the public ids are refused for anything that is no UUID.
 */
const tenantId = (number: string) => `('0000000000017000' || '8' || lpad(to_hex(${number}), 15, '0'))::uuid`;
const customerId = (tenant: string, number: string) =>
  `('0000000000027000' || '8' || lpad(to_hex(${tenant}), 7, '0') || lpad(to_hex(${number}), 8, '0'))::uuid`;

const SEED_TENANTS = `
  INSERT INTO tenants (id, name, plan_id)
  SELECT ${tenantId('n')}, 'Seed tenant ' || n, 'enterprise' FROM generate_series(1, $1::int) AS n
  ON CONFLICT (id) DO NOTHING`;

const SEED_CUSTOMERS = `
  INSERT INTO customers (id, tenant_id, mode, name, phone, email)
  SELECT ${customerId('t', 'n')}, ${tenantId('t')}, 'live', 'Customer ' || n,
    '+1415555' || lpad((n % 10000)::text, 4, '0'), 'customer' || n || '@example.com'
  FROM generate_series(1, $1::int) AS t CROSS JOIN generate_series(1, $2::int) AS n
  ON CONFLICT (id) DO NOTHING`;

const SEED_APPOINTMENTS = `
  INSERT INTO appointments (id, tenant_id, mode, customer_id, status, starts_at, ends_at, busy_until, created_at, updated_at)
  SELECT
    (lpad(to_hex((extract(epoch FROM s.created_at) * 1000)::bigint), 12, '0') || '70008' || lpad(to_hex(n), 15, '0'))::uuid,
    ${tenantId('t.number')}, 'live', ${customerId('t.number', '1 + (n / $2::int) % $3::int')},
    (ARRAY['booked', 'confirmed', 'completed', 'no_show', 'cancelled'])[1 + (n / $2::int) % 5],
    s.starts_at, s.starts_at + interval '30 minutes', s.starts_at + interval '30 minutes', s.created_at, s.created_at
  FROM generate_series(0, $1::int - 1) AS n
  CROSS JOIN LATERAL (SELECT 1 + n % $2::int AS number) t
  CROSS JOIN LATERAL (
    SELECT at AS starts_at, at - interval '7 days' AS created_at
    FROM (SELECT date_trunc('hour', now()) + (n::float8 / $1::int - 0.5) * interval '365 days' AS at) moment
  ) s`;
