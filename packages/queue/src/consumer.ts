import { QUEUES, type JobOf, type QueueKey } from '@switchboard/shared';
import type { OpenQueue, OpenWorker, QueueConnection } from './connection.js';
import { settlesWithin } from './settles-within.js';
import { startWatchdog } from './watchdog.js';

export interface ConsumerOptions<K extends QueueKey> {
  queue: K;
  concurrency: number;
  /**
   * One job. What it throws is reported to `onError` and the job is dropped: nothing is lost, because PostgreSQL still
   * says what is owed and the relay or the sweeper brings it back (invariant 11).
   */
  process(job: JobOf<K>): Promise<void>;
  onError(error: unknown, job: JobOf<K> | null): void;
  /** How long jobs may wait for a consumer that is connected, has places free and begins none. Default 15 s. */
  deafAfterMs?: number;
}

/** A consumer had gone deaf and was replaced by a new one; told to `onError`, because somebody should know. */
export class ConsumerDeafError extends Error {
  override readonly name = 'ConsumerDeafError';
}

export interface Consumer {
  /** Takes no more jobs, and waits for those in hand for at most `timeoutMs`; then leaves them to another worker. */
  close(timeoutMs: number): Promise<void>;
}

/** A killed worker's job runs again after about LOCK + STALLED_CHECK = 6 s instead of BullMQ's default of 60 s (measured.md). */
const LOCK_DURATION_MS = 5_000;
const STALLED_CHECK_INTERVAL_MS = 2_000;
/** Killed twice is not failed: how often a job was begun says nothing about how often its attempt was made. */
const MAX_STALLED_COUNT = 1_000_000;
/** How long a worker that finds no job blocks; short, so that one whose connection died in silence asks again soon. */
const DRAIN_DELAY_SECONDS = 2;

/** Above what a full event loop or a slow command takes, and soon enough that nobody has been called yet. */
const DEAF_AFTER_MS = 15_000;

export function startConsumer<K extends QueueKey>(connection: QueueConnection, options: ConsumerOptions<K>): Consumer {
  const inHand = new Set<Promise<unknown>>();
  let begun = 0;
  const open = () =>
    openWorker(connection, options, (work) => {
      begun += 1;
      return track(inHand, work);
    });
  let worker = open();
  let waiting: OpenQueue | undefined;
  const watchdog = startWatchdog({
    deafAfterMs: options.deafAfterMs ?? DEAF_AFTER_MS,
    canBegin: () => connection.isReady() && inHand.size < options.concurrency,
    begunCount: () => begun,
    waitingCount: async () => {
      waiting ??= connection.openQueue(QUEUES[options.queue].name);
      const counts = await waiting.getJobCounts('wait', 'prioritized');
      return (counts.wait ?? 0) + (counts.prioritized ?? 0);
    },
    onDeaf: async () => {
      const deaf = worker;
      worker = open();
      options.onError(new ConsumerDeafError(`Jobs waited in "${options.queue}" and none was begun.`), null);
      // By force: what it may still have in hand goes on here, and its lock runs out like that of a dead process.
      await settlesWithin(deaf.close(true), LET_GO_LIMIT_MS);
    },
  });
  return {
    close: async (timeoutMs) => {
      watchdog.stop();
      await closeWithin({ worker, connection, inHand }, timeoutMs);
      if (waiting) await settlesWithin(waiting.close(), LET_GO_LIMIT_MS);
    },
  };
}

type Begin = (work: Promise<void>) => Promise<void>;

function openWorker<K extends QueueKey>(
  connection: QueueConnection,
  options: ConsumerOptions<K>,
  begin: Begin,
): OpenWorker {
  const { name, schema } = QUEUES[options.queue];
  return connection.openWorker(
    name,
    async (bullJob) => {
      const parsed = schema.safeParse(bullJob.data);
      if (!parsed.success) {
        options.onError(parsed.error, null);
        return;
      }
      await begin(processed(options, parsed.data as JobOf<K>));
    },
    {
      concurrency: options.concurrency,
      lockDuration: LOCK_DURATION_MS,
      stalledInterval: STALLED_CHECK_INTERVAL_MS,
      maxStalledCount: MAX_STALLED_COUNT,
      drainDelay: DRAIN_DELAY_SECONDS,
      removeOnComplete: { count: 0 },
      removeOnFail: { count: 0 },
    },
  );
}

async function processed<K extends QueueKey>(options: ConsumerOptions<K>, job: JobOf<K>): Promise<void> {
  try {
    await options.process(job);
  } catch (error) {
    options.onError(error, job);
  }
}

async function track<T>(inHand: Set<Promise<unknown>>, work: Promise<T>): Promise<T> {
  inHand.add(work);
  try {
    return await work;
  } finally {
    inHand.delete(work);
  }
}

interface Running {
  worker: OpenWorker;
  connection: QueueConnection;
  inHand: ReadonlySet<Promise<unknown>>;
}

/** How long BullMQ may take to let go once no job is in hand, or none is waited for any more. */
const LET_GO_LIMIT_MS = 1_000;

/**
 * worker.close() with a hung job, or without a server, never returns by itself (measured.md), and a second call of it,
 * forced or not, only joins the first. So the jobs in hand are waited for here, and BullMQ is asked once. Forced, it
 * asks the server nothing and stops renewing locks, so that another worker gets what is still in hand.
 */
async function closeWithin({ worker, connection, inHand }: Running, timeoutMs: number): Promise<void> {
  const endsAt = performance.now() + timeoutMs;
  const leftMs = () => Math.max(0, endsAt - performance.now());
  await worker.pause(true);
  while (inHand.size > 0 && leftMs() > 0) await settlesWithin(Promise.all(inHand), leftMs());
  const isForced = inHand.size > 0 || !connection.isReady();
  // A job that was on its way while the worker paused may still begin; unforced, BullMQ waits for it.
  await settlesWithin(worker.close(isForced), LET_GO_LIMIT_MS + leftMs());
}
