import type { Executor } from '../executor.js';
import { byKey } from './by-key.js';

/** All that one attempt needs to know, read in one query. */
export interface DeliveryToAttempt {
  delivery_id: string;
  event_id: string;
  endpoint_id: string;
  tenant_id: string;
  status: string;
  /** Until when it is believed to be on its way; null where nobody has claimed it. */
  claimed_until: Date | null;
  attempt_count: number;
  /** By the database's clock; 0 where it is due. */
  due_in_ms: number;
  event_type: string;
  event_created_at: Date;
  data_json: string;
  request_id: string | null;
  url: string;
  endpoint_enabled: boolean;
  endpoint_deleted: boolean;
  secret_sealed: Buffer;
  /** The secret before a rotation; null where the overlap has ended by the database's clock. */
  previous_secret_sealed: Buffer | null;
  headers_sealed: Buffer | null;
  max_attempts: number | null;
  timeout_ms: number | null;
  max_in_flight: number | null;
  failing_since: Date | null;
  run_trigger: 'automatic' | 'replay' | 'test';
  /** Attempts of earlier runs; the retry budget counts from here. */
  attempts_before_run: number;
  /** With `turn` and `rate` it may only be attempted by a job that was granted its turn. */
  held_by: 'turn' | 'rate' | 'backlog' | null;
  /** Whether the endpoint's breaker is open. */
  is_paused: boolean;
  /** The database's clock when the row was read: workers' own clocks may be off, and receivers check timestamps. */
  database_time: Date;
}

export interface DeliveryKey {
  event_id: string;
  endpoint_id: string;
}

/** Loads many deliveries by primary key. A key without a row is missing from the answer. */
export function loadDeliveries(executor: Executor, keys: readonly DeliveryKey[]): Promise<DeliveryToAttempt[]> {
  return executor.query<DeliveryToAttempt>({
    name: 'load-deliveries',
    text: LOAD_DELIVERIES,
    values: [keys.map((key) => key.event_id), keys.map((key) => key.endpoint_id)],
  });
}

const LOAD_DELIVERIES = `
  SELECT d.id AS delivery_id, d.event_id, d.endpoint_id, d.tenant_id, d.status, d.queued_until AS claimed_until, d.attempt_count,
    greatest(0, extract(epoch FROM d.next_attempt_at - clock_timestamp()) * 1000)::float8 AS due_in_ms, d.event_type,
    ev.created_at AS event_created_at, ev.data AS data_json, d.request_id,
    en.url, en.enabled AS endpoint_enabled, en.deleted_at IS NOT NULL AS endpoint_deleted,
    en.secret_sealed, CASE WHEN en.previous_secret_expires_at > now() THEN en.previous_secret_sealed END AS previous_secret_sealed,
    en.headers_sealed, en.max_attempts, en.timeout_ms, en.max_in_flight, en.failing_since,
    d.run_trigger, d.attempts_before_run,
    CASE
      WHEN en.rate_limit_per_second IS NOT NULL THEN 'rate' WHEN d.position IS NOT NULL THEN 'turn'
      WHEN f.backlog_since IS NOT NULL THEN 'backlog'
    END AS held_by,
    f.paused_until IS NOT NULL AS is_paused,
    clock_timestamp() AS database_time
  FROM unnest($1::uuid[], $2::uuid[]) AS wanted (event_id, endpoint_id)
  JOIN deliveries d ON ${byKey('d', 'wanted')}
  JOIN events ev ON ev.id = wanted.event_id
  JOIN webhook_endpoints en ON en.id = wanted.endpoint_id
  LEFT JOIN endpoint_flow f ON f.endpoint_id = wanted.endpoint_id`;
