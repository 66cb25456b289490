import type { Database } from '@switchboard/db';
import { fromPublicId } from '@switchboard/shared';
import type { Receiver } from '../receiver.js';

/** One call that published, as its caller saw it. */
export interface PublishCall {
  /** 0 where no answer came. */
  status: number;
  took_ms: number;
  event_ids: string[];
}

/** What the world outside saw: every answer that the API gave, and every POST that a receiver got. */
export interface Ledger {
  readonly calls: readonly PublishCall[];
  note(call: PublishCall): void;
  /** Ids of all events whose publishing was answered with 2xx. */
  acceptedIds(): string[];
  postCount(): number;
  /** How many POSTs no attempt was recorded of at this moment. Once their sender is dead, none ever will be. */
  noteUnrecorded(): Promise<number>;
  /** The most of them that were ever noted: so many POSTs may have been made in vain, and no more. */
  allowedDuplicates(): number;
}

export interface LedgerDeps {
  database: Database;
  receivers: Record<string, Receiver>;
}

export function createLedger({ database, receivers }: LedgerDeps): Ledger {
  const calls: PublishCall[] = [];
  let allowed = 0;
  const postCount = () => Object.values(receivers).reduce((sum, receiver) => sum + receiver.posts.length, 0);
  return {
    calls,
    note: (call) => calls.push(call),
    acceptedIds: () => calls.filter(isAccepted).flatMap((call) => call.event_ids),
    postCount,
    noteUnrecorded: async () => {
      const posts = postCount();
      const unrecorded = posts - (await recordedAttempts(database));
      allowed = Math.max(allowed, unrecorded);
      return unrecorded;
    },
    allowedDuplicates: () => allowed,
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
