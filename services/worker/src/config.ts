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
    .default(10)
    .meta({ description: 'Connections to PostgreSQL a worker process.', example: '10' }),
  DELIVERY_CONCURRENCY: wholeNumber(1, 2_000)
    .default(100)
    .meta({ description: 'First attempts under way at once in a worker. 100 to 150 suit two cores.', example: '100' }),
  RETRY_CONCURRENCY: wholeNumber(1, 2_000).default(50).meta({
    description: 'Retries under way at once in a worker; they never take a first attempt’s place.',
    example: '50',
  }),
  FAN_OUT_CONCURRENCY: wholeNumber(1, 50)
    .default(4)
    .meta({ description: 'Fan-out jobs under way at once in a worker, of up to 100 events each.', example: '4' }),
  ENDPOINT_CONCURRENCY: wholeNumber(1, 1_000)
    .default(10)
    .meta({ description: 'Attempts that one endpoint may have under way in a worker, on each lane.', example: '10' }),
  DELIVERY_TIMEOUT: duration(100, 60_000)
    .default(10_000)
    .meta({ description: 'Deadline over a whole attempt: connection, headers and body.', example: '10s' }),
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
});

export type WorkerConfig = z.output<typeof workerConfigSchema>;

/** Connections that the loader (2), the recorder (1), relay, sweeper and upkeep use besides the fan-out. */
const CONNECTIONS_BESIDE_FAN_OUT = 6;

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
