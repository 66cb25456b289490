import {
  defaultPartitionsHoldRows,
  deleteEventKeysOlderThan,
  deleteExpiredRateLimits,
  deleteStoredAnswersOlderThan,
  ensurePartitions,
  forgetExpiredSecrets,
  type Executor,
} from '@switchboard/db';
import type { Logger } from 'pino';
import { startLoop, type Loop } from '../lifecycle/loop.js';

const INTERVAL_MS = 10 * 60_000;
/** A worker that is down for a long weekend leaves no day without its partition. */
const PARTITION_DAYS_AHEAD = 7;
const KEY_MAX_AGE_MS = 24 * 3_600_000;

export interface UpkeepDeps {
  database: Executor;
  log: Logger;
  onDefaultPartition(holdsRows: boolean): void;
}

/** Makes partitions ahead, raises the alarm where one was missing, and forgets what has had its day: keys, secrets. */
export function startUpkeep({ database, log, onDefaultPartition }: UpkeepDeps): Loop {
  return startLoop({
    name: 'upkeep',
    intervalMs: INTERVAL_MS,
    log,
    run: async () => {
      const made = await ensurePartitions(database, PARTITION_DAYS_AHEAD);
      if (made > 0) log.info({ partitions: made }, 'partitions made ahead');
      const holdsRows = await defaultPartitionsHoldRows(database);
      onDefaultPartition(holdsRows);
      if (holdsRows) log.error('rows stand in a default partition: a day’s partition was missing when they came');
      await deleteEventKeysOlderThan(database, KEY_MAX_AGE_MS);
      await deleteStoredAnswersOlderThan(database, KEY_MAX_AGE_MS);
      await deleteExpiredRateLimits(database);
      await forgetExpiredSecrets(database);
      return false;
    },
  });
}
