import type { StackSecrets } from './secrets.js';
import { PLATFORM_TOKEN } from './secrets.js';

export interface Addresses {
  databaseUrl: string;
  redisUrl: string | null;
  apiPort: number;
  workerPort: number;
}

/**
 * What the stack's own API, worker and CLI run with: everything that holds the stack together is ours, whatever the
 * shell's environment says; the rest (BRAND, RETRY_SCHEDULE, SWEEP_INTERVAL ...) passes through for people to try.
 */
export function serviceEnvironment(
  env: NodeJS.ProcessEnv,
  addresses: Addresses,
  secrets: StackSecrets,
): NodeJS.ProcessEnv {
  return {
    ...env,
    NODE_ENV: 'development',
    API_HOST: '127.0.0.1',
    API_PORT: String(addresses.apiPort),
    WORKER_HOST: '127.0.0.1',
    WORKER_PORT: String(addresses.workerPort),
    DATABASE_URL: addresses.databaseUrl,
    // Both services take an empty value for one that is not set.
    REDIS_URL: addresses.redisUrl ?? '',
    ENCRYPTION_KEYS: secrets.encryption_keys,
    PLATFORM_JWT_ALGORITHM: PLATFORM_TOKEN.algorithm,
    PLATFORM_JWT_SECRET: secrets.platform_jwt_secret,
    PLATFORM_JWT_ISSUER: PLATFORM_TOKEN.issuer,
    PLATFORM_JWT_AUDIENCE: PLATFORM_TOKEN.audience,
    PUBLIC_URL: env.PUBLIC_URL || `http://127.0.0.1:${addresses.apiPort}`,
    // The demo receiver, and whatever else a developer tries, listens on loopback without TLS.
    ALLOWED_PRIVATE_NETWORKS: env.ALLOWED_PRIVATE_NETWORKS || '127.0.0.0/8,::1/128',
    ALLOW_HTTP: 'true',
  };
}
