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
  await executor.query({ text: SEED_CUSTOMERS, values: [customersPerTenant] });
  await executor.query({ text: SEED_APPOINTMENTS, values: [appointments, tenants, customersPerTenant] });
  await executor.query({ text: 'ANALYZE tenants, customers, appointments', values: [] });
}

/** Numbered ids, so that the statements below find each other's rows without reading them. */
const SEED_TENANTS = `
  INSERT INTO tenants (id, name, plan_id)
  SELECT md5('seed tenant ' || n)::uuid, 'Seed tenant ' || n, 'enterprise' FROM generate_series(1, $1::int) AS n
  ON CONFLICT (id) DO NOTHING`;

const SEED_CUSTOMERS = `
  INSERT INTO customers (id, tenant_id, mode, name, phone, email)
  SELECT md5(t.id::text || ' customer ' || n)::uuid, t.id, 'live', 'Customer ' || n,
    '+1415555' || lpad((n % 10000)::text, 4, '0'), 'customer' || n || '@example.com'
  FROM tenants t CROSS JOIN generate_series(1, $1::int) AS n
  WHERE t.name LIKE 'Seed tenant %'
  ON CONFLICT (id) DO NOTHING`;

const SEED_APPOINTMENTS = `
  INSERT INTO appointments (id, tenant_id, mode, customer_id, status, starts_at, ends_at, busy_until, created_at, updated_at)
  SELECT (lpad(to_hex((extract(epoch FROM s.starts_at - interval '7 days') * 1000)::bigint), 12, '0') || lpad('7' || lpad(to_hex(n), 19, '0'), 20))::uuid, t.id, 'live', md5(t.id::text || ' customer ' || 1 + (n / $2::int) % $3::int)::uuid,
    (ARRAY['booked', 'confirmed', 'completed', 'no_show', 'cancelled'])[1 + (n / $2::int) % 5],
    s.starts_at, s.starts_at + interval '30 minutes', s.starts_at + interval '30 minutes',
    s.starts_at - interval '7 days', s.starts_at - interval '7 days'
  FROM generate_series(0, $1::int - 1) AS n
  CROSS JOIN LATERAL (SELECT md5('seed tenant ' || 1 + n % $2::int)::uuid AS id) t
  CROSS JOIN LATERAL (
    SELECT date_trunc('hour', now()) + (n::float8 / $1::int - 0.5) * interval '365 days' AS starts_at
  ) s`;
