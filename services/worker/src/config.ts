import {
  commonSettings,
  DEFAULT_RETRY_SCHEDULE,
  duration,
  parseConfig,
  parsedBy,
  parseRetrySchedule,
  wholeNumber,
} from '@switchboard/shared';
import { z } from 'zod';
import { areNameServers } from './delivery/name-resolver.js';

/** The worker's settings. The table in the README is made from this schema. */
export const workerConfigSchema = z.object({
  ...commonSettings,
  WORKER_HOST: z
    .string()
    .default('0.0.0.0')
    .meta({ description: 'The address of the worker’s health and metrics port.', example: '127.0.0.1' }),
  WORKER_PORT: wholeNumber(1, 65_535)
    .default(3001)
    .meta({ description: 'The port of the worker’s health and metrics.', example: '3001' }),
  WORKER_DATABASE_POOL_SIZE: wholeNumber(4, 200)
    .default(12)
    .meta({ description: 'Connections to PostgreSQL a worker process.', example: '12' }),
  DELIVERY_CONCURRENCY: wholeNumber(1, 2_000).default(100).meta({
    description:
      'First attempts from the queue under way at once in a worker, which begins up to twice as many attempts that it takes from PostgreSQL itself. 100 to 150 suit two cores.',
    example: '100',
  }),
  RETRY_CONCURRENCY: wholeNumber(1, 2_000).default(50).meta({
    description:
      'Retries from the queue under way at once in a worker; of what it takes from PostgreSQL itself half may be retries. Neither takes the places of first attempts from the queue.',
    example: '50',
  }),
  FAN_OUT_CONCURRENCY: wholeNumber(1, 50)
    .default(4)
    .meta({ description: 'Fan-out jobs under way at once in a worker, of up to 100 events each.', example: '4' }),
  ENDPOINT_CONCURRENCY: wholeNumber(1, 1_000).default(10).meta({
    description: 'Attempts that an endpoint without `max_in_flight` may have under way in a worker.',
    example: '10',
  }),
  BREAKER_PAUSE: duration(100, 3_600_000).default(10_000).meta({
    description: 'How long an endpoint that keeps failing is left alone before a probe; doubles up to 10 minutes.',
    example: '10s',
  }),
  DELIVERY_TIMEOUT: duration(100, 60_000)
    .default(10_000)
    .meta({ description: 'Deadline over a whole attempt: connection, headers and body.', example: '10s' }),
  DNS_SERVERS: parsedBy(parseNameServers)
    .default(() => [])
    .meta({
      description:
        'Name servers that resolve receivers’ hosts, `ip[:port]`, comma-separated. Empty: the machine’s own.',
      example: '10.0.0.2,[fd00::2]:5353',
    }),
  RETRY_SCHEDULE: parsedBy(parseRetrySchedule)
    .default(() => parseRetrySchedule(DEFAULT_RETRY_SCHEDULE))
    .meta({
      description: 'Pauses between attempts; up to 20 % jitter is added. The last one repeats.',
      example: '60s,120s,240s',
    }),
  MAX_ATTEMPTS: wholeNumber(1, 20)
    .default(10)
    .meta({ description: 'Attempts of a delivery whose endpoint does not set `max_attempts`.', example: '10' }),
  SWEEP_INTERVAL: duration(100, 600_000)
    .default(5_000)
    .meta({ description: 'How long a delivery can be late at most when the queue has lost it.', example: '5s' }),
  AUTO_DISABLE_AFTER: duration(60_000, 30 * 86_400_000)
    .default(5 * 86_400_000)
    .meta({
      description:
        'An endpoint whose attempts have all failed for so long, those of 20 deliveries at least, is disabled.',
      example: '5d',
    }),
  RETENTION_DAYS: wholeNumber(1, 3_650).default(30).meta({
    description: 'Days after which events, deliveries and attempts are dropped; each endpoint’s last 100 stay.',
    example: '30',
  }),
  REPLAY_RATE_PER_SECOND: wholeNumber(1, 1_000).default(50).meta({
    description: 'Deliveries that a replay of many sets going a second, over all workers; each replay for itself.',
    example: '50',
  }),
});

function parseNameServers(text: string): string[] {
  const servers = text.split(',').map((server) => server.trim());
  if (!areNameServers(servers)) throw new Error('expected IP addresses, each with a port or without');
  return servers;
}

export type WorkerConfig = z.output<typeof workerConfigSchema>;

/** Of a pool of their own: retention, replays and what else reads much at a time. */
export const MAINTENANCE_CONNECTIONS = 3;
/** Connections besides the fan-out's: the loader (2), the recorder (1), the feeder (2), and those of maintenance. */
const CONNECTIONS_BESIDE_FAN_OUT = 5 + MAINTENANCE_CONNECTIONS;

/** @throws ConfigError with everything that is wrong at once */
export function parseWorkerConfig(env: Record<string, string | undefined>): WorkerConfig {
  return parseConfig(workerConfigSchema, env, (config) => {
    const problems: string[] = [];
    const needed = config.FAN_OUT_CONCURRENCY + CONNECTIONS_BESIDE_FAN_OUT;
    if (config.WORKER_DATABASE_POOL_SIZE < needed) {
      problems.push(
        `WORKER_DATABASE_POOL_SIZE: ${config.WORKER_DATABASE_POOL_SIZE} is too small for FAN_OUT_CONCURRENCY=${config.FAN_OUT_CONCURRENCY}, ` +
          `which needs ${needed}: jobs would wait for connections. Example: WORKER_DATABASE_POOL_SIZE=${needed}`,
      );
    }
    if (config.ENDPOINT_CONCURRENCY > config.DELIVERY_CONCURRENCY) {
      problems.push(
        `ENDPOINT_CONCURRENCY: ${config.ENDPOINT_CONCURRENCY} is more than DELIVERY_CONCURRENCY=${config.DELIVERY_CONCURRENCY}, ` +
          `so one endpoint could take the whole worker. Example: ENDPOINT_CONCURRENCY=${Math.ceil(config.DELIVERY_CONCURRENCY / 10)}`,
      );
    }
    return problems;
  });
}
