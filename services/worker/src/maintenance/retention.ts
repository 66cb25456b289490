import { deleteOldReplays, dropOldestDay, type Database } from '@switchboard/db';
import type { Logger } from 'pino';
import { startLoop, type Loop } from '../lifecycle/loop.js';

export interface RetentionDeps {
  database: Database;
  log: Logger;
  retentionDays: number;
  intervalMs?: number;
}

const INTERVAL_MS = 10 * 60_000;

/**
 * Drops the days that are past their retention, oldest first, one transaction each. A day that could not be dropped
 * because the tables were in use stays until the next run: nothing waits for retention, so retention waits for everything.
 */
export function startRetention({ database, log, retentionDays, intervalMs = INTERVAL_MS }: RetentionDeps): Loop {
  return startLoop({
    name: 'retention',
    intervalMs,
    log,
    run: async () => {
      const step = await dropOldestDay(database, retentionDays);
      if (step.kind === 'dropped') {
        log.info({ day: step.day, kept_deliveries: step.keptDeliveries, locked_ms: step.lockedMs }, 'day dropped');
        return true;
      }
      if (step.kind === 'busy')
        log.info({ day: step.day, reason: step.reason }, 'day not dropped now; tried again later');
      else await deleteOldReplays(database, retentionDays);
      return false;
    },
  });
}
