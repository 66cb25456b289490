import type { Executor } from '../executor.js';

/** The tables that are partitioned by day, in the order in which the product's own statements lock them. */
export const PARTITIONED = [
  { table: 'deliveries', key: 'event_id' },
  { table: 'events', key: 'id' },
  { table: 'attempts', key: 'delivery_id' },
] as const;

/** So many of an endpoint's deliveries stay visible, however old they are. */
const KEPT_PER_ENDPOINT = 100;

/**
 * Builds, beside the tables in use, what is to be their partition of old rows: the newest deliveries of each endpoint that
 * are below the bound and have ended, with their events and attempts. Rows in use elsewhere are passed over here and noted
 * in `retention_left`; those copied are locked against changes until the transaction ends.
 *
 * It is built anew each time from what should be in it: rows that no longer should are left behind with the old one.
 */
export async function copyKeptRows(transaction: Executor, bound: string): Promise<void> {
  await transaction.query({ text: nextTables(bound), values: [] });
  await transaction.query({ text: CHOOSE_KEYS, values: [bound, KEPT_PER_ENDPOINT] });
  await transaction.query({ text: 'ANALYZE retention_keys', values: [] });
  await transaction.query({ text: COPY_DELIVERIES, values: [bound] });
  await transaction.query({ text: 'ANALYZE deliveries_kept_next', values: [] });
  await transaction.query({ text: COPY_EVENTS, values: [bound] });
  await transaction.query({ text: COPY_ATTEMPTS, values: [bound] });
  await transaction.query({ text: NOTE_WHAT_IS_LEFT, values: [] });
  await transaction.query({ text: 'ANALYZE retention_left, events_kept_next, attempts_kept_next', values: [] });
}

/** The constraint says what the partition's bound will say, so that attaching it need not read it. */
function nextTables(bound: string): string {
  const tables = PARTITIONED.map(
    ({ table, key }) => `
      CREATE TABLE ${table}_kept_next (
        LIKE ${table} INCLUDING ALL,
        CONSTRAINT ${table}_kept_bound CHECK (${key} < '${bound}')
      );`,
  );
  return `${tables.join('')}
    CREATE TEMP TABLE retention_keys (event_id uuid, endpoint_id uuid, PRIMARY KEY (event_id, endpoint_id)) ON COMMIT DROP;
    CREATE TEMP TABLE retention_left (LIKE retention_keys) ON COMMIT DROP;
    CREATE TEMP TABLE retention_late (event_id uuid, delivery_id uuid) ON COMMIT DROP;`;
}

/** For each endpoint a walk along deliveries_by_endpoint that ends after a hundred. */
export const CHOOSE_KEYS = `
  INSERT INTO retention_keys (event_id, endpoint_id)
  SELECT newest.event_id, e.id
  FROM webhook_endpoints e CROSS JOIN LATERAL (
    SELECT d.event_id FROM deliveries d WHERE d.endpoint_id = e.id ORDER BY d.id DESC LIMIT $2
  ) AS newest
  WHERE e.deleted_at IS NULL AND newest.event_id < $1`;

const COPY_DELIVERIES = `
  INSERT INTO deliveries_kept_next
  SELECT d.* FROM retention_keys k JOIN deliveries d ON d.event_id = k.event_id AND d.endpoint_id = k.endpoint_id
  WHERE d.event_id < $1 AND d.status <> 'pending'
  FOR SHARE OF d SKIP LOCKED`;

const COPY_EVENTS = `
  INSERT INTO events_kept_next
  SELECT ev.* FROM (SELECT DISTINCT event_id FROM deliveries_kept_next) AS n JOIN events ev ON ev.id = n.event_id
  WHERE ev.id < $1`;

const COPY_ATTEMPTS = `
  INSERT INTO attempts_kept_next
  SELECT a.* FROM deliveries_kept_next n JOIN attempts a ON a.delivery_id = n.id
  WHERE a.delivery_id < $1`;

/** A table of its own: deleted from retention_keys, the copied ones would have to be passed over again under the lock. */
const NOTE_WHAT_IS_LEFT = `
  INSERT INTO retention_left
  SELECT k.* FROM retention_keys k
  WHERE NOT EXISTS (
    SELECT FROM deliveries_kept_next n WHERE n.event_id = k.event_id AND n.endpoint_id = k.endpoint_id)`;
