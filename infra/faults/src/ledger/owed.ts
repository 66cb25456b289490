import type { Database } from '@switchboard/db';
import { fromPublicId } from '@switchboard/shared';
import type { FaultStack } from '../stack/fault-stack.js';
import { RECEIVER_NAMES, subscribersOf, type ReceiverName } from '../stack/subscriptions.js';
import { eventUuid } from './ledger.js';

export type FinalStatus = 'succeeded' | 'dead' | 'cancelled';

/** One event that one receiver is owed, and what has become of it. */
export interface OwedDelivery {
  event_id: string;
  receiver: ReceiverName;
  /** null: there is no delivery of it. */
  status: FinalStatus | 'pending' | null;
  /** How many POSTs of it the receiver got. */
  arrivals: number;
}

/** All that is owed: the events that were committed or accepted, each to every receiver that subscribed to its type. */
export async function owedDeliveries(stack: FaultStack): Promise<OwedDelivery[]> {
  const { database, ledger, receivers, endpoints } = stack;
  const statuses = await deliveryStatuses(database);
  const arrivals = new Map(RECEIVER_NAMES.map((name) => [name, countByEvent(receivers[name].posts)]));
  const types = await eventTypes(database);
  // One that was accepted and is not in the database was of the type that everything here is published with.
  for (const id of ledger.acceptedIds().map(uuidOf)) if (!types.has(id)) types.set(id, 'load.made');
  return [...types].flatMap(([event_id, type]) =>
    subscribersOf(type).map((receiver) => ({
      event_id,
      receiver,
      status: statuses.get(`${event_id} ${uuidOfEndpoint(endpoints[receiver].id)}`) ?? null,
      arrivals: arrivals.get(receiver)?.get(event_id) ?? 0,
    })),
  );
}

/** Whether nobody will ever hear of it: without a delivery in a final state, or called succeeded and never arrived. */
export function isLost({ status, arrivals }: OwedDelivery): boolean {
  return status === null || status === 'pending' || (status === 'succeeded' && arrivals === 0);
}

const uuidOf = (id: string) => fromPublicId('event', id) ?? id;
const uuidOfEndpoint = (id: string) => fromPublicId('endpoint', id) ?? id;

async function eventTypes(database: Database): Promise<Map<string, string>> {
  const rows = await database.query<{ id: string; type: string }>({ text: 'SELECT id, type FROM events', values: [] });
  return new Map(rows.map((row) => [row.id, row.type]));
}

async function deliveryStatuses(database: Database): Promise<Map<string, FinalStatus | 'pending'>> {
  const rows = await database.query<{ event_id: string; endpoint_id: string; status: FinalStatus | 'pending' }>({
    text: 'SELECT event_id, endpoint_id, status FROM deliveries',
    values: [],
  });
  return new Map(rows.map((row) => [`${row.event_id} ${row.endpoint_id}`, row.status]));
}

function countByEvent(posts: readonly { headers: Record<string, string> }[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { headers } of posts) {
    const id = eventUuid(headers['webhook-id']);
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}
