import { randomBytes } from 'node:crypto';

export type Environment = Record<string, string>;

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
    encryptionKeys: `bench1:${randomBytes(32).toString('base64')}`,
    platformJwtSecret: randomBytes(48).toString('base64url'),
  };
}

/** As in production, with the log on; only receivers on loopback and the ceiling of one address are let through. */
function commonEnvironment(settings: StackSettings): Environment {
  return {
    PATH: process.env.PATH ?? '',
    NODE_ENV: 'production',
    DATABASE_URL: settings.databaseUrl,
    REDIS_URL: settings.redisUrl,
    ENCRYPTION_KEYS: settings.encryptionKeys,
    ALLOWED_PRIVATE_NETWORKS: '127.0.0.0/8',
    ALLOW_HTTP: 'true',
  };
}

export function apiEnvironment(settings: StackSettings, port: number): Environment {
  return {
    ...commonEnvironment(settings),
    API_HOST: '127.0.0.1',
    API_PORT: String(port),
    PLATFORM_JWT_SECRET: settings.platformJwtSecret,
    // All of the load comes from one address here.
    REQUESTS_PER_ADDRESS_PER_MINUTE: '100000000',
  };
}

export function workerEnvironment(settings: StackSettings, port: number, extra: Environment): Environment {
  return { ...commonEnvironment(settings), WORKER_HOST: '127.0.0.1', WORKER_PORT: String(port), ...extra };
}
