import type { Database } from '@switchboard/db';
import type { Logger } from 'pino';
import { touchApiKeys } from './repository.js';

const INTERVAL_MS = 60_000;
const FLUSH_DELAY_MS = 1_000;

/** Notes when a key was last used, at most once a minute and off the request's path. A lost note is an accepted failure. */
export function createLastUsed({ database, log }: { database: Database; log: Logger }): (keyId: string) => void {
  const writtenAt = new Map<string, number>();
  let due = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    const ids = [...due];
    due = new Set();
    timer = undefined;
    touchApiKeys(database, ids).catch((error: unknown) => log.debug({ err: error }, 'last_used_at not written'));
  };
  return (keyId) => {
    const now = Date.now();
    if (now - (writtenAt.get(keyId) ?? 0) < INTERVAL_MS) return;
    writtenAt.set(keyId, now);
    if (writtenAt.size > 10_000) writtenAt.clear();
    due.add(keyId);
    timer ??= setTimeout(flush, FLUSH_DELAY_MS).unref();
  };
}
