import type { Database } from '@switchboard/db';
import { fromPublicId } from '@switchboard/shared';
import type { ReceivedPost, Receiver } from '../receiver.js';
import type { FaultStack } from '../stack/fault-stack.js';
import { RECEIVER_NAMES, subscribersOf, type ReceiverName } from '../stack/subscriptions.js';
import { eventUuid, recordedAttempts } from './ledger.js';

/** Committed events with the receivers they are owed to. */
type OwedEvents = ReadonlyMap<string, readonly ReceiverName[]>;

/** Holds the outside ledger against the database after everything has come to rest. @returns what is wrong, one sentence each */
export async function auditLedger(stack: FaultStack): Promise<string[]> {
  const { database, ledger, receivers } = stack;
  const owed = await owedEvents(database);
  const accepted = ledger.acceptedIds().map((id) => fromPublicId('event', id) ?? id);
  return [
    ...accepted.filter((id) => !owed.has(id)).map((id) => `Event ${id} was accepted and is not in the database.`),
    ...RECEIVER_NAMES.flatMap((name) => missingAt(name, receivers[name], owed)),
    ...RECEIVER_NAMES.flatMap((name) => strangeAt(name, receivers[name], owed)),
    ...(await unsettledEvents(database, owed)),
    ...(await miscountedAttempts(database)),
    ...(await tooManyPosts(stack)),
  ];
}

async function owedEvents(database: Database): Promise<OwedEvents> {
  const rows = await database.query<{ id: string; type: string }>({ text: 'SELECT id, type FROM events', values: [] });
  return new Map(rows.map((row) => [row.id, subscribersOf(row.type)]));
}

/** Invariant 1: every committed event, and with it every accepted one, arrived at every receiver that subscribed to it. */
function missingAt(name: ReceiverName, receiver: Receiver, owed: OwedEvents): string[] {
  const arrived = new Set(receiver.posts.map((post) => eventUuid(post.headers['webhook-id'])));
  const missing = [...owed].filter(([id, subscribers]) => subscribers.includes(name) && !arrived.has(id));
  return missing.map(([id]) => `Event ${id} never arrived at the receiver "${name}".`);
}

/** Nothing arrived that was not committed or not subscribed to; one event came with the same bytes each time (invariant 6). */
function strangeAt(name: ReceiverName, receiver: Receiver, owed: OwedEvents): string[] {
  const first = new Map<string, ReceivedPost>();
  return receiver.posts.flatMap((post) => {
    const id = eventUuid(post.headers['webhook-id']);
    if (!owed.get(id)?.includes(name))
      return [`Event ${id} arrived at the receiver "${name}", to which it was not owed.`];
    const earlier = first.get(id) ?? post;
    first.set(id, earlier);
    return earlier.body.equals(post.body) ? [] : [`Event ${id} came to the receiver "${name}" with different bytes.`];
  });
}

/** Invariants 2 and 7: one delivery per event and subscribed endpoint, each in exactly one final state. */
async function unsettledEvents(database: Database, owed: OwedEvents): Promise<string[]> {
  const rows = await database.query<{ id: string; deliveries: number; succeeded: number; waiting: boolean }>({
    text: `
      SELECT e.id, count(d.id) AS deliveries, count(d.id) FILTER (WHERE d.status = 'succeeded') AS succeeded,
        EXISTS (SELECT FROM outbox o WHERE o.event_id = e.id) AS waiting
      FROM events e LEFT JOIN deliveries d ON d.event_id = e.id
      GROUP BY e.id`,
    values: [],
  });
  return rows.flatMap(({ id, deliveries, succeeded, waiting }) => {
    const expected = owed.get(id)?.length ?? 0;
    if (!waiting && deliveries === expected && succeeded === expected) return [];
    const outbox = waiting ? ', and it waits in the outbox' : '';
    return [`Event ${id} has ${deliveries} deliveries instead of ${expected}, and ${succeeded} succeeded${outbox}.`];
  });
}

/** Invariant 5: a delivery that counts n attempts has the attempts 1 to n, each once. */
async function miscountedAttempts(database: Database): Promise<string[]> {
  const rows = await database.query<{ id: string; attempt_count: number; numbers: number[] }>({
    text: `
      SELECT d.id, d.attempt_count, coalesce(array_agg(a.number ORDER BY a.number) FILTER (WHERE a.number IS NOT NULL), '{}') AS numbers
      FROM deliveries d LEFT JOIN attempts a ON a.delivery_id = d.id
      GROUP BY d.id, d.attempt_count`,
    values: [],
  });
  return rows
    .filter(
      ({ attempt_count, numbers }) =>
        numbers.length !== attempt_count || numbers.some((number, index) => number !== index + 1),
    )
    .map(
      ({ id, attempt_count, numbers }) =>
        `Delivery ${id} counts ${attempt_count} attempts and has recorded ${numbers.join(', ') || 'none'}.`,
    );
}

/** Invariant 5: a POST is made in vain only where its sender died or lost its job before it could record it. */
async function tooManyPosts({ database, ledger }: FaultStack): Promise<string[]> {
  const inVain = ledger.postCount() - (await recordedAttempts(database));
  const allowed = ledger.allowedDuplicates();
  return inVain > allowed
    ? [`${inVain} POSTs were made in vain, where ${allowed} at most were in flight at a fault.`]
    : [];
}
