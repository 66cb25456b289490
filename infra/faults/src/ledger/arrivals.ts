import type { Receiver } from '../receiver.js';
import type { FaultStack } from '../stack/fault-stack.js';
import { eventUuid } from './ledger.js';

/** The longest time between an event's commit and its first arrival, over all events and subscribed receivers. */
export async function latestArrivalMs({ database, receivers }: FaultStack): Promise<number> {
  const rows = await database.query<{ id: string; created_at: Date }>({
    text: 'SELECT id, created_at FROM events',
    values: [],
  });
  const createdAt = new Map(rows.map((row) => [row.id, row.created_at.getTime()]));
  return Math.max(
    0,
    ...[receivers.everything, receivers.load].flatMap((receiver) => firstArrivalDelays(receiver, createdAt)),
  );
}

function firstArrivalDelays(receiver: Receiver, createdAt: ReadonlyMap<string, number>): number[] {
  const delays = new Map<string, number>();
  for (const post of receiver.posts) {
    const id = eventUuid(post.headers['webhook-id']);
    const committed = createdAt.get(id);
    if (committed !== undefined && !delays.has(id)) delays.set(id, post.received_at_ms - committed);
  }
  return [...delays.values()];
}
