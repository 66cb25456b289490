import type { Database } from '@switchboard/db';
import { fromPublicId } from '@switchboard/shared';
import type { ReceivedPost } from '../receiver.js';
import type { FaultStack } from '../stack/fault-stack.js';
import { RECEIVER_NAMES, type ReceiverName } from '../stack/subscriptions.js';
import { eventUuid } from './ledger.js';
import { isLost, owedDeliveries, type FinalStatus, type OwedDelivery } from './owed.js';
import { signatureProblem } from './signatures.js';

/** How deliveries to a receiver may end where the scenario says so; else all of them must succeed. */
export type Endings = Partial<Record<ReceiverName, readonly FinalStatus[]>>;

export interface Audit {
  delivered: number;
  dead: number;
  cancelled: number;
  lost: number;
  duplicates: number;
  /** One sentence each. */
  violations: string[];
}

/** Holds the outside ledger against the database after everything has come to rest. */
export async function auditLedger(stack: FaultStack, endings: Endings = {}): Promise<Audit> {
  const { database, ledger } = stack;
  const owed = await owedDeliveries(stack);
  const duplicates = await ledger.inVainCount();
  const count = (status: FinalStatus) => owed.filter((one) => one.status === status).length;
  return {
    delivered: count('succeeded'),
    dead: count('dead'),
    cancelled: count('cancelled'),
    lost: owed.filter(isLost).length,
    duplicates,
    violations: [
      ...(await notCommitted(stack)),
      ...owed.filter(isLost).map(describeLost),
      ...wrongEndings(owed, endings),
      ...RECEIVER_NAMES.flatMap((name) => strangePosts(name, stack, owed)),
      ...(await deliveryCountProblems(database, owed.length)),
      ...(await miscountedAttempts(database)),
      ...tooManyPosts(duplicates, ledger.allowedDuplicates()),
    ],
  };
}

/** Invariant 1: a 2xx means committed. */
async function notCommitted({ database, ledger }: FaultStack): Promise<string[]> {
  const rows = await database.query<{ id: string }>({ text: 'SELECT id FROM events', values: [] });
  const committed = new Set(rows.map((row) => row.id));
  return ledger
    .acceptedIds()
    .filter((id) => !committed.has(fromPublicId('event', id) ?? id))
    .map((id) => `Event ${id} was accepted and is not in the database.`);
}

function describeLost({ event_id, receiver, status, arrivals }: OwedDelivery): string {
  const state = status === null ? 'has no delivery' : `is ${status}`;
  return `Event ${event_id} is lost for the receiver "${receiver}": it ${state}, and arrived ${arrivals} times.`;
}

/** Invariant 7: in exactly one final state, and in one that this fault allows. */
function wrongEndings(owed: readonly OwedDelivery[], endings: Endings): string[] {
  return owed
    .filter((one) => !isLost(one))
    .filter(({ receiver, status }) => !(endings[receiver] ?? ['succeeded']).includes(status as FinalStatus))
    .map(({ event_id, receiver, status }) => `Event ${event_id} ended as ${status} for the receiver "${receiver}".`);
}

/** Nothing arrived that was not owed; one event came with the same bytes each time (invariant 6), and rightly signed. */
function strangePosts(name: ReceiverName, { receivers, ledger }: FaultStack, owed: readonly OwedDelivery[]): string[] {
  const owedHere = new Set(owed.filter(({ receiver }) => receiver === name).map(({ event_id }) => event_id));
  const first = new Map<string, ReceivedPost>();
  return receivers[name].posts.flatMap((post) => {
    const id = eventUuid(post.headers['webhook-id']);
    if (!owedHere.has(id)) return [`Event ${id} arrived at the receiver "${name}", to which it was not owed.`];
    const earlier = first.get(id) ?? post;
    first.set(id, earlier);
    const problem = signatureProblem(post, ledger.secretsOf(name));
    return [
      ...(earlier.body.equals(post.body) ? [] : [`Event ${id} came to the receiver "${name}" with different bytes.`]),
      ...(problem === null ? [] : [`Event ${id} would have been refused by the receiver "${name}": ${problem}.`]),
    ];
  });
}

/** Invariant 2: one delivery per event and subscribed endpoint, and nothing left to fan out. */
async function deliveryCountProblems(database: Database, owedCount: number): Promise<string[]> {
  const [row] = await database.query<{ deliveries: number; waiting: number }>({
    text: `SELECT (SELECT count(*) FROM deliveries) AS deliveries, (SELECT count(*) FROM outbox) AS waiting`,
    values: [],
  });
  const { deliveries = 0, waiting = 0 } = row ?? {};
  return [
    ...(deliveries > owedCount ? [`There are ${deliveries} deliveries, where ${owedCount} are owed.`] : []),
    ...(waiting > 0 ? [`${waiting} events still wait in the outbox.`] : []),
  ];
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
function tooManyPosts(inVain: number, allowed: number): string[] {
  return inVain > allowed
    ? [`${inVain} POSTs were made in vain, where ${allowed} at most were in flight at a fault.`]
    : [];
}
