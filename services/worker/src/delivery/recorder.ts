import { isDatabaseUnavailable, recordAttempts, type AttemptRecord, type Executor } from '@switchboard/db';
import type { Logger } from 'pino';
import { createBatcher, type Batcher } from '@switchboard/shared';

/** Records attempts in batches. Resolves to whether the delivery moved: false where another run had recorded it before. */
export type Recorder = Batcher<AttemptRecord, boolean>;

const BATCH_SIZE = 250;
/** How long a finished POST waits for a database that is away before its record is given up and the POST made again later. */
const MAX_OUTAGE_MS = 60_000;
const RETRY_PAUSE_MS = 250;

export interface RecorderDeps {
  database: Executor;
  log: Logger;
  maxOutageMs?: number;
}

export function createRecorder({ database, log, maxOutageMs = MAX_OUTAGE_MS }: RecorderDeps): Recorder {
  const write = (records: AttemptRecord[]) => withPatience(() => recordAttempts(database, records), maxOutageMs);
  return createBatcher({
    maxSize: BATCH_SIZE,
    // One batch under way, one filling: under load batches grow instead of piling up in the database.
    maxUnderWay: 1,
    run: async (records) => {
      const unique = onePerDelivery(records);
      const moved = await write(unique).catch((error: unknown) => oneByOne(error, unique, write, log));
      return records.map((record) => unique.includes(record) && moved.has(record.delivery_id));
    },
  });
}

/** Two runs of one job may end in one batch; the first of them counts, as it would have in two batches. */
function onePerDelivery(records: AttemptRecord[]): AttemptRecord[] {
  return [...new Map(records.toReversed().map((record) => [record.delivery_id, record])).values()];
}

/** One record that the database refuses must not take the others of its batch with it. */
async function oneByOne(
  error: unknown,
  records: AttemptRecord[],
  write: (records: AttemptRecord[]) => Promise<Set<string>>,
  log: Logger,
): Promise<Set<string>> {
  if (isDatabaseUnavailable(error) || records.length === 1) throw error;
  const moved = new Set<string>();
  for (const record of records) {
    try {
      for (const id of await write([record])) moved.add(id);
    } catch (refused) {
      log.error({ err: refused, delivery_id: record.delivery_id }, 'attempt could not be recorded');
    }
  }
  return moved;
}

async function withPatience<T>(work: () => Promise<T>, maxOutageMs: number): Promise<T> {
  const giveUpAt = Date.now() + maxOutageMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isDatabaseUnavailable(error) || Date.now() >= giveUpAt) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_PAUSE_MS));
    }
  }
}
