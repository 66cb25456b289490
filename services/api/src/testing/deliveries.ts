import { cancelDelivery, fanOutEvents, recordAttempts, type AttemptRecord } from '@switchboard/db';
import { fromPublicId, toPublicId, type IdKind } from '@switchboard/shared';
import type { Tenant } from './actors.js';
import type { TestApi } from './test-api.js';

/** One delivery as the worker's repositories made it, with its public ids. */
export interface MadeDelivery {
  id: string;
  event_id: string;
  endpoint_id: string;
}

/** What the worker would do, done by its own repositories: the API's tests need no worker. */
export interface DeliveryMaker {
  createEndpoint(tenant: Tenant, eventTypes?: string[]): Promise<string>;
  /** Publishes through the platform API. @returns the event's id */
  publish(tenant: Tenant, change?: object): Promise<string>;
  /** Publishes an event and fans it out; in the order of the endpoints' ids. */
  deliver(tenant: Tenant, change?: object): Promise<MadeDelivery[]>;
  /** The same, where there is one endpoint that takes it. */
  deliverOne(tenant: Tenant, change?: object): Promise<MadeDelivery>;
  /** Fans a committed event out, where that is still to be done. @returns the endpoints that it goes to */
  receiversOf(event: { id: string }): Promise<string[]>;
  attempt(delivery: MadeDelivery, change: Partial<AttemptRecord>): Promise<void>;
  cancel(delivery: MadeDelivery, reason: 'endpoint_deleted' | 'endpoint_disabled'): Promise<void>;
}

export function createDeliveryMaker(api: TestApi): DeliveryMaker {
  const publish: DeliveryMaker['publish'] = async (tenant, change = {}) => {
    const event = { tenant_id: tenant.id, event: 'invoice.paid', data: { amount: 100 }, ...change };
    const answer = await api.platform.post('/platform/v1/events').send(event);
    if (answer.status !== 202) throw new Error(`The event was not taken: ${answer.text}`);
    return answer.body.data.id as string;
  };
  const deliver: DeliveryMaker['deliver'] = async (tenant, change) => {
    const eventId = await publish(tenant, change);
    const { deliveries } = await fanOutEvents(api.database, [uuidOf('event', eventId)]);
    return deliveries
      .map(({ delivery_id, endpoint_id }) => ({
        id: toPublicId('delivery', delivery_id),
        event_id: eventId,
        endpoint_id: toPublicId('endpoint', endpoint_id),
      }))
      .sort((a, b) => (a.endpoint_id < b.endpoint_id ? -1 : 1));
  };
  return {
    publish,
    deliver,
    deliverOne: async (tenant, change) => {
      const [delivery, ...more] = await deliver(tenant, change);
      if (!delivery || more.length > 0) throw new Error('The event did not go to one endpoint.');
      return delivery;
    },
    createEndpoint: async (tenant, event_types = ['*']) => {
      const answer = await tenant
        .post('/api/v1/webhook-endpoints')
        .send({ url: 'https://receiver.example/', event_types });
      if (answer.status !== 201) throw new Error(`The endpoint was not made: ${answer.text}`);
      return answer.body.data.id as string;
    },
    receiversOf: async ({ id }) => {
      const eventId = uuidOf('event', id);
      await fanOutEvents(api.database, [eventId]);
      const rows = await api.database.query<{ endpoint_id: string }>({
        text: 'SELECT endpoint_id FROM deliveries WHERE event_id = $1 ORDER BY endpoint_id',
        values: [eventId],
      });
      return rows.map((row) => toPublicId('endpoint', row.endpoint_id));
    },
    attempt: async (delivery, change) => {
      const moved = await recordAttempts(api.database, [{ ...SUCCESS, ...uuidsOf(delivery), ...change }]);
      if (moved.size !== 1) throw new Error('The attempt was not recorded.');
    },
    cancel: async (delivery, reason) => {
      await cancelDelivery(api.database, uuidsOf(delivery), reason);
    },
  };
}

/** An attempt with which a delivery is given up. */
export const DEAD_BY_STATUS = {
  status: 'dead',
  status_code: 500,
  error_code: 'http_status',
  error_message: 'The endpoint answered 500.',
} as const;

const SUCCESS: Omit<AttemptRecord, 'delivery_id' | 'event_id' | 'endpoint_id'> = {
  number: 1,
  started_at: new Date('2030-05-01T09:00:00.123Z'),
  duration_ms: 42,
  status_code: 200,
  error_code: null,
  error_message: null,
  request_headers: { 'content-type': 'application/json' },
  response_headers: { server: 'receiver' },
  response_body: 'thanks',
  status: 'succeeded',
  retry_delay_ms: null,
  claim_ms: null,
};

export function uuidOf(kind: IdKind, id: string): string {
  const uuid = fromPublicId(kind, id);
  if (uuid === null) throw new Error(`${id} is no id of a ${kind}`);
  return uuid;
}

function uuidsOf({ id, event_id, endpoint_id }: MadeDelivery) {
  return {
    delivery_id: uuidOf('delivery', id),
    event_id: uuidOf('event', event_id),
    endpoint_id: uuidOf('endpoint', endpoint_id),
  };
}
