import type { Database } from '@switchboard/db';
import { fromPublicId } from '@switchboard/shared';
import type { ReceivedPost, Receiver } from '../receiver.js';
import { RECEIVER_NAMES, type ReceiverName, type StackReceivers } from '../stack/subscriptions.js';

/** One call that published, as its caller saw it. */
export interface PublishCall {
  /** 0 where no answer came. */
  status: number;
  /** The header Retry-After, null where there was none. */
  retry_after: string | null;
  took_ms: number;
  event_ids: string[];
}

/** What the world outside saw: every answer that the API gave, and every POST that a receiver got. */
export interface Ledger {
  readonly calls: readonly PublishCall[];
  note(call: PublishCall): void;
  /** Ids of all events whose publishing was answered with 2xx, each once. */
  acceptedIds(): string[];
  postCount(): number;
  /** How many POSTs were made in vain so far: beside the one that was recorded, of each attempt. */
  inVainCount(): Promise<number>;
  /** How many POSTs no attempt was recorded of at this moment. Once their sender is dead, none ever will be. */
  noteUnrecorded(): Promise<number>;
  /** The most of them that were ever noted: so many POSTs may have been made in vain, and no more. */
  allowedDuplicates(): number;
  /** A secret that the endpoint of this receiver was given; each of its POSTs must be signed with one of them. */
  noteSecret(name: ReceiverName, secret: string): void;
  secretsOf(name: ReceiverName): readonly string[];
}

export interface LedgerDeps {
  database: Database;
  receivers: StackReceivers;
}

export function createLedger({ database, receivers }: LedgerDeps): Ledger {
  const calls: PublishCall[] = [];
  const secrets = new Map<ReceiverName, string[]>(RECEIVER_NAMES.map((name) => [name, []]));
  let allowed = 0;
  const inVainCount = async () => postsInVain(Object.values(receivers), await recordedKeys(database));
  return {
    calls,
    note: (call) => calls.push(call),
    acceptedIds: () => [...new Set(calls.filter(isAccepted).flatMap((call) => call.event_ids))],
    postCount: () => Object.values(receivers).reduce((sum, receiver) => sum + receiver.posts.length, 0),
    inVainCount,
    noteUnrecorded: async () => {
      const unrecorded = await inVainCount();
      allowed = Math.max(allowed, unrecorded);
      return unrecorded;
    },
    allowedDuplicates: () => allowed,
    noteSecret: (name, secret) => secrets.get(name)?.push(secret),
    secretsOf: (name) => secrets.get(name) ?? [],
  };
}

export function isAccepted(call: PublishCall): boolean {
  return call.status >= 200 && call.status < 300;
}

export async function recordedAttempts(database: Database): Promise<number> {
  const [row] = await database.query<{ count: number }>({ text: 'SELECT count(*) FROM attempts', values: [] });
  return row?.count ?? 0;
}

/** The event's UUID behind the `webhook-id` of a POST. */
export function eventUuid(webhookId: string | undefined): string {
  return fromPublicId('event', webhookId ?? '') ?? `not an event id: ${webhookId}`;
}

/** The attempt that a POST says it is. */
function attemptKey({ headers }: ReceivedPost): string {
  const delivery = fromPublicId('delivery', headers['x-switchboard-delivery'] ?? '');
  return `${delivery} ${headers['x-switchboard-attempt']}`;
}

async function recordedKeys(database: Database): Promise<Set<string>> {
  const rows = await database.query<{ key: string }>({
    text: `SELECT delivery_id || ' ' || number AS key FROM attempts`,
    values: [],
  });
  return new Set(rows.map((row) => row.key));
}

/** An attempt may be recorded without a POST (no address was found); of those that were POSTed one each counts. */
function postsInVain(receivers: readonly Receiver[], recorded: ReadonlySet<string>): number {
  const keys = receivers.flatMap((receiver) => receiver.posts.map(attemptKey));
  const counted = new Set(keys.filter((key) => recorded.has(key)));
  return keys.length - counted.size;
}
