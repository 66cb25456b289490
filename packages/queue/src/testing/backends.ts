import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@switchboard/db/testing';
import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { connectQueues, type QueueConnection, type QueueSettings } from '../connection.js';

/** What a suite has of the backend it runs on. Valid from its first beforeAll to its last afterAll. */
export interface QueuesUnderTest {
  readonly backend: 'redis' | 'postgres';
  readonly settings: QueueSettings;
  /** A database of the suite's own; on the PostgreSQL backend the queues live in it too. */
  readonly database: TestDatabase;
  /** A connection as one process has it; it is closed after the suite. */
  connect(): QueueConnection;
}

/**
 * Runs a suite once on Redis and once on PostgreSQL. Without a Redis the first half is skipped under a name that says
 * so; in CI it fails instead, because half a run must not look like a whole one.
 */
export function describeOnBackends(title: string, define: (queues: QueuesUnderTest) => void): void {
  const redisUrl = process.env.SWITCHBOARD_TEST_REDIS_URL ?? '';
  if (redisUrl !== '') {
    describe(`${title}, on Redis`, () => define(prepare('redis', redisUrl)));
  } else if (process.env.CI === 'true' || process.env.CI === '1') {
    it(`${title}, on Redis: needs a Redis`, () => {
      throw new Error('SWITCHBOARD_TEST_REDIS_URL is empty: there is no Redis to test on.');
    });
  } else {
    describe.skip(`${title}, on Redis (no Redis here)`, () => define(prepare('redis', 'redis://127.0.0.1:1')));
  }
  describe(`${title}, on PostgreSQL`, () => define(prepare('postgres', undefined)));
}

function prepare(backend: 'redis' | 'postgres', redisUrl: string | undefined): QueuesUnderTest {
  const prefix = `test-${randomBytes(6).toString('hex')}`;
  const connections: QueueConnection[] = [];
  let database: TestDatabase;
  const settings = (): QueueSettings => ({ redisUrl, databaseUrl: database.url, prefix });
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(async () => {
    for (const connection of connections) await connection.close();
    if (redisUrl !== undefined) await forget(redisUrl, prefix);
    await database.drop();
  });
  return {
    backend,
    get settings() {
      return settings();
    },
    get database() {
      return database;
    },
    connect: () => {
      const connection = connectQueues(settings(), () => undefined);
      connections.push(connection);
      return connection;
    },
  };
}

/** The Redis serves other test files too: only this suite's keys go. */
async function forget(redisUrl: string, prefix: string): Promise<void> {
  const redis = new Redis(redisUrl);
  const keys = await redis.keys(`${prefix}:*`);
  if (keys.length > 0) await redis.del(keys);
  redis.disconnect();
}
