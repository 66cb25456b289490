import { startBenchProcess } from '../processes/bench-process.js';
import type { SinkCommands } from '../sink/sink.js';
import { startBenchRedis } from '../stack/redis.js';
import type { BenchServers } from '../stack/servers.js';
import type { YardstickCommands } from './commands.js';

/** What the parts reach by themselves on this machine, in this run: only ratios within one run mean anything. */
export interface Yardsticks {
  /** Raw undici POSTs with deadline and HMAC, 64 at once. */
  raw_posts_per_second: number;
  /** One of them alone, from sending to having read the answer. */
  raw_post_p50_ms: number;
  /** BullMQ, a worker that does nothing. */
  no_op_jobs_per_second: number;
  /** Rows committed in batches of 100. */
  inserted_rows_per_second: number;
}

export interface YardstickSizes {
  seconds: number;
  jobs: number;
  endpoints: number;
}

const CALLERS = 64;
/** The first second of a process runs code that is not compiled yet. */
const WARM_UP_SHARE = 0.3;

export async function measureYardsticks(servers: BenchServers, sizes: YardstickSizes): Promise<Yardsticks> {
  const { seconds } = sizes;
  const redis = await startBenchRedis(servers.folder);
  const database = await servers.newDatabase();
  try {
    const posts = await measurePosts(sizes);
    const process = startBenchProcess<YardstickCommands>('yardsticks/main');
    try {
      const rows = await process.call('insertRows', { database_url: database.url, seconds });
      const jobs = await process.call('noOpJobs', { redis_url: redis.url, jobs: sizes.jobs });
      return {
        ...posts,
        no_op_jobs_per_second: jobs.per_second,
        inserted_rows_per_second: rows.per_second,
      };
    } finally {
      await process.stop();
    }
  } finally {
    await redis.stop();
    await database.drop();
  }
}

export type RawPosts = Pick<Yardsticks, 'raw_posts_per_second' | 'raw_post_p50_ms'>;

/** Also measured alone before each scenario and at the end of a run: the machine drifts meanwhile. */
export async function measurePosts({
  seconds,
  endpoints,
}: Pick<YardstickSizes, 'seconds' | 'endpoints'>): Promise<RawPosts> {
  const sink = startBenchProcess<SinkCommands>('sink/main');
  const sender = startBenchProcess<YardstickCommands>('yardsticks/main');
  try {
    const ports = await sink.call('listen', { ports: endpoints });
    const urls = ports.map((port) => `http://127.0.0.1:${port}/hook`);
    await sender.call('postLoop', { urls, callers: CALLERS, seconds: seconds * WARM_UP_SHARE });
    const many = await sender.call('postLoop', { urls, callers: CALLERS, seconds });
    const alone = await sender.call('postLoop', { urls, callers: 1, seconds: seconds * WARM_UP_SHARE });
    return { raw_posts_per_second: many.per_second, raw_post_p50_ms: alone.took.p50_ms };
  } finally {
    await sender.stop();
    await sink.stop();
  }
}
