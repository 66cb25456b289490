import type { DeliveryKey } from '../deliveries/load-deliveries.js';
import { recordAttempts, type AttemptRecord } from '../deliveries/record-attempts.js';
import type { Executor } from '../executor.js';
import { fanOutEvents, type FannedOutDelivery } from '../outbox/fan-out.js';
import { insertEvents, type NewEvent } from '../outbox/insert-events.js';
import { anEvent, insertEndpoint } from './fixtures.js';

/** What names a delivery. */
export type MadeDelivery = Pick<FannedOutDelivery, 'delivery_id' | 'event_id' | 'endpoint_id'>;

let made = 0;

/**
 * One delivery, made as the product makes it: publish, then fan out. Its endpoint is a new one that alone is
 * subscribed to its event, or the one that is given.
 */
export async function makeDelivery(
  executor: Executor,
  { tenant_id, event = {}, endpoint_id }: { tenant_id: string; event?: Partial<NewEvent>; endpoint_id?: string },
): Promise<MadeDelivery> {
  const type = event.type ?? `test.made_${(made += 1)}`;
  const endpoint = endpoint_id ?? (await insertEndpoint(executor, { tenant_id, event_types: [type] }));
  const published = anEvent({ tenant_id, ...event, type });
  await insertEvents(executor, [published]);
  const { deliveries } = await fanOutEvents(executor, [published.id]);
  const delivery = deliveries.find(({ endpoint_id: id }) => id === endpoint);
  if (!delivery) throw new Error('The fan-out made no delivery for this endpoint.');
  const { delivery_id, event_id, endpoint_id: its } = delivery;
  return { delivery_id, event_id, endpoint_id: its };
}

/** A successful first attempt of this delivery, except for what is said. */
export function anAttempt(delivery: MadeDelivery, fields: Partial<AttemptRecord> = {}): AttemptRecord {
  return {
    ...delivery,
    number: 1,
    started_at: new Date(),
    duration_ms: 12,
    status_code: 200,
    error_code: null,
    error_message: null,
    request_headers: { 'webhook-id': 'evt_1' },
    response_headers: { 'content-type': 'text/plain' },
    response_body: 'ok',
    status: 'succeeded',
    retry_delay_ms: null,
    claim_ms: null,
    ...fields,
  };
}

/** A failed attempt after which the delivery is tried again. */
export function aFailedAttempt(delivery: MadeDelivery, number: number, retryDelayMs = 60_000): AttemptRecord {
  return anAttempt(delivery, {
    number,
    status_code: 500,
    error_code: 'http_status',
    error_message: 'The endpoint answered 500.',
    status: 'pending',
    retry_delay_ms: retryDelayMs,
  });
}

export interface DeliveryState {
  status: string;
  cancel_reason: string | null;
  attempt_count: number;
  next_attempt_at: Date | null;
  last_status_code: number | null;
  last_error_code: string | null;
  completed_at: Date | null;
  /** Until the next attempt, by the database's clock. */
  due_in_ms: number | null;
}

export async function stateOf(executor: Executor, key: DeliveryKey): Promise<DeliveryState> {
  const [row] = await executor.query<DeliveryState>({
    text: `SELECT status, cancel_reason, attempt_count, next_attempt_at, last_status_code, last_error_code, completed_at,
        (extract(epoch FROM next_attempt_at - now()) * 1000)::float8 AS due_in_ms
      FROM deliveries WHERE event_id = $1 AND endpoint_id = $2`,
    values: [key.event_id, key.endpoint_id],
  });
  if (!row) throw new Error('There is no such delivery.');
  return row;
}

/** The numbers of the attempts that were recorded, in order. */
export async function recordedNumbers(executor: Executor, deliveryId: string): Promise<number[]> {
  const rows = await executor.query<{ number: number }>({
    text: 'SELECT number FROM attempts WHERE delivery_id = $1 ORDER BY number',
    values: [deliveryId],
  });
  return rows.map((row) => row.number);
}

/** As many deliveries to an endpoint that takes everything of its tenant, all dead after one attempt. By their ids. */
export async function makeDeadDeliveries(
  executor: Executor,
  target: { tenant_id: string; endpoint_id: string; type?: string },
  count: number,
): Promise<FannedOutDelivery[]> {
  const events = Array.from({ length: count }, () =>
    anEvent({ tenant_id: target.tenant_id, type: target.type ?? 'test.made' }),
  );
  await insertEvents(executor, events);
  const made = await fanOutEvents(
    executor,
    events.map((event) => event.id),
  );
  const deliveries = made.deliveries.filter(({ endpoint_id }) => endpoint_id === target.endpoint_id);
  await recordAttempts(
    executor,
    deliveries.map((delivery) => anAttempt(delivery, { status: 'dead', status_code: 500 })),
  );
  return deliveries.toSorted((a, b) => (a.delivery_id < b.delivery_id ? -1 : 1));
}
