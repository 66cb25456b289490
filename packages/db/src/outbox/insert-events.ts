import type { Executor } from '../executor.js';

/** An event about to be committed. `data_json` is its data, serialised once; ids are UUIDs. */
export interface NewEvent {
  id: string;
  tenant_id: string;
  mode: string;
  type: string;
  data_json: string;
  request_id: string | null;
  created_at: Date;
}

/**
 * Writes events and their outbox rows in one statement, so one without the other cannot be. Inside a transaction they
 * commit with the domain row; on the pool the statement is its own transaction (invariant 1).
 */
export async function insertEvents(executor: Executor, events: readonly NewEvent[]): Promise<void> {
  await executor.query({
    name: 'insert-events',
    text: INSERT_EVENTS,
    values: [
      events.map((event) => event.id),
      events.map((event) => event.tenant_id),
      events.map((event) => event.mode),
      events.map((event) => event.type),
      events.map((event) => event.data_json),
      events.map((event) => event.request_id),
      events.map((event) => event.created_at),
    ],
  });
}

const INSERT_EVENTS = `
  WITH given AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[])
      AS e (id, tenant_id, mode, type, data, request_id, created_at)
  ), written AS (
    INSERT INTO events (id, tenant_id, mode, type, data, request_id, created_at)
    SELECT id, tenant_id, mode, type, data, request_id, created_at FROM given
  )
  INSERT INTO outbox (event_id, tenant_id, mode, type, request_id)
  SELECT id, tenant_id, mode, type, request_id FROM given`;
