import { randomBytes } from 'node:crypto';

export type Environment = Record<string, string>;

/** Settings that hold a stack together and belong to it alone. */
export interface StackSettings {
  databaseUrl: string;
  redisUrl: string;
  encryptionKeys: string;
  platformJwtSecret: string;
}

export function newStackSettings(databaseUrl: string, redisUrl: string): StackSettings {
  return {
    databaseUrl,
    redisUrl,
    encryptionKeys: `faults1:${randomBytes(32).toString('base64')}`,
    platformJwtSecret: randomBytes(48).toString('base64url'),
  };
}

/**
 * What every process of a stack is started with. Sweeps and retries come quickly, so that a run shows in seconds what
 * takes minutes in production; nothing else differs.
 */
export function commonEnvironment(settings: StackSettings): Environment {
  return {
    PATH: process.env.PATH ?? '',
    NODE_ENV: 'test',
    LOG_LEVEL: 'info',
    DATABASE_URL: settings.databaseUrl,
    REDIS_URL: settings.redisUrl,
    ENCRYPTION_KEYS: settings.encryptionKeys,
    ALLOWED_PRIVATE_NETWORKS: '127.0.0.0/8,::1/128',
    ALLOW_HTTP: 'true',
  };
}

export function apiEnvironment(settings: StackSettings, port: number, extra: Environment): Environment {
  return {
    ...commonEnvironment(settings),
    API_HOST: '127.0.0.1',
    API_PORT: String(port),
    PLATFORM_JWT_SECRET: settings.platformJwtSecret,
    ...extra,
  };
}

export function workerEnvironment(settings: StackSettings, port: number, extra: Environment): Environment {
  return {
    ...commonEnvironment(settings),
    WORKER_HOST: '127.0.0.1',
    WORKER_PORT: String(port),
    SWEEP_INTERVAL: '1s',
    RETRY_SCHEDULE: '300ms',
    MAX_ATTEMPTS: '20',
    ...extra,
  };
}
