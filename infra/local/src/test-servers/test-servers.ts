import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { migrateUp } from '@switchboard/db';
import { Failure, reasonOf } from '../failure.js';
import type { DatabasesHostOptions } from '../hosts/databases-host.js';
import { createDatabaseIfMissing, dropDatabasesOfRun, withDatabase } from '../servers/databases.js';
import { startHostProcess } from '../servers/host-process.js';
import { startPostgres } from '../servers/postgres.js';
import { makeThrowAwayFolder } from '../servers/reachable.js';
import { startRedis } from '../servers/redis.js';
import { findRedisBinary } from '../servers/redis-binary.js';
import { anyFreePort } from '../stack/ports.js';

export interface TestServers {
  stop(): Promise<void>;
}

interface TestPostgres {
  adminUrl: string;
  stop: () => Promise<void>;
}

interface TestRedis {
  url: string;
  stop: () => Promise<void>;
}

/**
 * Starts what the tests need and tells them where it is, in `env`:
 * - SWITCHBOARD_TEST_ADMIN_URL, the maintenance database of a PostgreSQL on which databases may be created;
 * - SWITCHBOARD_TEST_TEMPLATE, a migrated database to clone; a clone's name starts with `<template>_`;
 * - SWITCHBOARD_TEST_REDIS_URL, a Redis, '' where none can be had;
 * - SWITCHBOARD_TEST_FOLDER, a folder for files of this run.
 * All of it is gone after `stop()`, and also when this process is killed.
 *
 * @throws Failure where there is no PostgreSQL
 */
export async function startTestServers(env: NodeJS.ProcessEnv): Promise<TestServers> {
  const folder = makeThrowAwayFolder('switchboard-test-');
  const template = `switchboard_template_${randomBytes(4).toString('hex')}`;
  env.SWITCHBOARD_TEST_FOLDER = folder;
  try {
    const postgres = env.DATABASE_URL
      ? await useGivenPostgres(env.DATABASE_URL, template, folder)
      : await startThrowAwayPostgres(folder);
    const redis = await prepare(postgres, template, env);
    return {
      stop: async () => {
        await redis.stop();
        await postgres.stop();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

async function prepare(postgres: TestPostgres, template: string, env: NodeJS.ProcessEnv): Promise<TestRedis> {
  try {
    await createDatabaseIfMissing(postgres.adminUrl, template);
    await migrateUp(withDatabase(postgres.adminUrl, template));
    const redis = await testRedis(env);
    env.SWITCHBOARD_TEST_ADMIN_URL = postgres.adminUrl;
    env.SWITCHBOARD_TEST_TEMPLATE = template;
    env.SWITCHBOARD_TEST_REDIS_URL = redis.url;
    return redis;
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

async function startThrowAwayPostgres(folder: string): Promise<TestPostgres> {
  return startPostgres({
    dataDir: `${folder}/postgres`,
    port: await anyFreePort(),
    password: randomBytes(24).toString('base64url'),
    durable: false,
    logFile: `${folder}/postgres.log`,
    removeOnStop: folder,
  });
}

/** A server that is not ours goes on running; a small process drops our databases on it even when jest is killed. */
async function useGivenPostgres(adminUrl: string, template: string, folder: string): Promise<TestPostgres> {
  try {
    await dropDatabasesOfRun(adminUrl, template);
  } catch (error) {
    throw new Failure(`The tests cannot use the PostgreSQL that DATABASE_URL names: ${reasonOf(error)}.`);
  }
  const host = await startHostProcess<DatabasesHostOptions, object>({
    module: 'databases-host',
    name: 'The clean-up of test databases',
    options: { adminUrl, template, removeOnStop: folder },
    startTimeoutMs: 15_000,
    stopTimeoutMs: 60_000,
  });
  return { adminUrl, stop: host.stop };
}

async function testRedis(env: NodeJS.ProcessEnv): Promise<TestRedis> {
  if (env.REDIS_URL) return { url: env.REDIS_URL, stop: () => Promise.resolve() };
  const say = (sentence: string): void => console.error(sentence);
  const binary = await findRedisBinary({ install: true, say });
  if (binary.path === undefined) return { url: '', stop: () => Promise.resolve() };
  return startRedis();
}
