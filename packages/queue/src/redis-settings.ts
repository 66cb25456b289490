import { inspectRedis, type RedisInspection } from './inspect.js';

export interface RedisSettingsWatch {
  /** Whether Redis, when it was last asked, was set so that it could drop jobs without an error. */
  isMisconfigured(): boolean;
  stop(): void;
}

export interface RedisSettingsWatchOptions {
  /** undefined: the queues run on PostgreSQL, and there is nothing to look at. */
  redisUrl: string | undefined;
  /** Is told once when a wrong setting is found, and once with null when it is mended. */
  onChange(problem: string | null): void;
  intervalMs?: number;
}

/** Somebody may set Redis wrongly at any time; a new connection each time is cheap at this pace. */
const INTERVAL_MS = 10_000;

/** What is wrong with a Redis for queues, in words; null where nothing is, or where the server does not tell. */
export function redisProblem({ maxmemory_policy: policy }: Pick<RedisInspection, 'maxmemory_policy'>): string | null {
  if (policy === null || policy === 'noeviction') return null;
  return `maxmemory-policy is ${policy}: with its memory full Redis would drop jobs without an error`;
}

/**
 * Looks again and again how Redis is set. A Redis that evicts loses no event, because PostgreSQL is the truth, but what
 * it drops is late by a sweep, and nobody is told: so readiness and the log say it. One that is away changes nothing
 * here; that it is away is the connection's to say.
 */
export function watchRedisSettings({
  redisUrl,
  onChange,
  intervalMs = INTERVAL_MS,
}: RedisSettingsWatchOptions): RedisSettingsWatch {
  let problem: string | null = null;
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;

  const look = async (url: string) => {
    const found = await inspectRedis(url).then(redisProblem, () => problem);
    if (isOver) return;
    if (found !== problem) onChange(found);
    problem = found;
    timer = setTimeout(() => void look(url), intervalMs);
    timer.unref();
  };
  if (redisUrl !== undefined) void look(redisUrl);
  return {
    isMisconfigured: () => problem !== null,
    stop: () => {
      isOver = true;
      clearTimeout(timer);
    },
  };
}
