import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrateDown, migrateUp } from '@switchboard/db';
import { createTestDatabase, type TestDatabase } from '@switchboard/db/testing';
import { freePort } from '../testing/ports.js';
import { killStartedProcesses, runCli } from '../testing/processes.js';
import { canStartRedis, startOwnRedis, type OwnRedis } from '../testing/redis-server.js';
import type { Finding } from './doctor.js';

let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(async () => {
  await killStartedProcesses();
  await test.drop();
});

interface Examination {
  code: number | null;
  healthy: boolean;
  findings: Record<string, Finding>;
  stdout: string;
}

async function examine(env: { DATABASE_URL?: string; REDIS_URL?: string } = {}): Promise<Examination> {
  const { code, stdout, stderr } = await runCli(['doctor', '--json'], { DATABASE_URL: test.url, ...env });
  expect(stderr).toBe('');
  const { healthy, findings } = JSON.parse(stdout) as { healthy: boolean; findings: Finding[] };
  return { code, healthy, findings: Object.fromEntries(findings.map((finding) => [finding.check, finding])), stdout };
}

async function withRedis(args: string[] | undefined, work: (redis: OwnRedis) => Promise<void>): Promise<void> {
  const redis = await startOwnRedis(args);
  try {
    await work(redis);
  } finally {
    await redis.dispose();
  }
}

/** Puts a function before PostgreSQL's own of that name, for new connections to this database. */
async function shadow({ database, url }: TestDatabase, declaration: string, body: string): Promise<void> {
  const run = (text: string) => database.query({ text, values: [] });
  await run(`CREATE FUNCTION public.${declaration} LANGUAGE sql AS $$ ${body} $$`);
  await run(`ALTER DATABASE ${new URL(url).pathname.slice(1)} SET search_path = public, pg_catalog`);
}

describe('doctor on PostgreSQL', () => {
  it('finds version, migrations and clocks in order, and warns that there is no Redis: exit code 0', async () => {
    const { code, healthy, findings } = await examine();
    expect({ code, healthy }).toEqual({ code: 0, healthy: true });
    expect(findings.PostgreSQL).toMatchObject({
      level: 'ok',
      message: expect.stringMatching(/^version \d+ answers$/),
      remedy: null,
    });
    expect(findings.Migrations).toMatchObject({ level: 'ok' });
    expect(findings.Clocks).toMatchObject({ level: 'ok', message: expect.stringMatching(/differ by \d+ ms$/) });
    expect(findings.Redis).toMatchObject({
      level: 'warning',
      message: expect.stringContaining('not configured'),
      remedy: expect.stringContaining('REDIS_URL'),
    });
  });

  it('finds pending migrations, and says how to apply them: exit code 1', async () => {
    await migrateDown(test.url);
    const { code, healthy, findings } = await examine();
    await migrateUp(test.url);
    expect({ code, healthy }).toEqual({ code: 1, healthy: false });
    expect(findings.Migrations).toMatchObject({
      level: 'error',
      message: expect.stringMatching(/^1 pending: \d{4}-/),
      remedy: 'Run: npm run cli -- migrate up',
    });
  });

  it('finds an unreachable PostgreSQL, leaves out what depends on it, and does not show its password: exit code 1', async () => {
    const { code, findings, stdout } = await examine({
      DATABASE_URL: `postgres://root:hunter2@localhost:${await freePort()}/x`,
    });
    expect(code).toBe(1);
    expect(findings.PostgreSQL).toMatchObject({
      level: 'error',
      message: 'cannot be reached (ECONNREFUSED)',
      remedy: expect.stringContaining('DATABASE_URL'),
    });
    expect(Object.keys(findings)).toEqual(['PostgreSQL', 'Redis']);
    expect(stdout).not.toContain('hunter2');
  });

  it('finds a database that does not exist', async () => {
    const { code, findings } = await examine({ DATABASE_URL: test.url.replace(/\/[^/]*$/, '/no_such_database') });
    expect({ code, postgres: findings.PostgreSQL?.level }).toEqual({ code: 1, postgres: 'error' });
  });

  it.each([
    ['10 seconds', 'warning', 0],
    ['2 minutes', 'error', 1],
  ])(
    'finds clocks that differ by %s (%s), which receivers would refuse signatures for',
    async (interval, level, exitCode) => {
      const skewed = await createTestDatabase();
      try {
        await shadow(
          skewed,
          `clock_timestamp() RETURNS timestamptz`,
          `SELECT pg_catalog.clock_timestamp() - interval '${interval}'`,
        );
        const { code, findings } = await examine({ DATABASE_URL: skewed.url });
        expect({ code, level: findings.Clocks?.level }).toEqual({ code: exitCode, level });
        expect(findings.Clocks?.remedy).toContain('time service');
      } finally {
        await skewed.drop();
      }
    },
  );

  it('finds a version that is too old: exit code 1', async () => {
    const old = await createTestDatabase();
    try {
      await shadow(old, 'current_setting(name text) RETURNS text', `SELECT '140012'`);
      const { code, findings } = await examine({ DATABASE_URL: old.url });
      expect(code).toBe(1);
      expect(findings.PostgreSQL).toMatchObject({
        level: 'error',
        message: 'version 14 is too old',
        remedy: expect.stringContaining('15'),
      });
    } finally {
      await old.drop();
    }
  });

  it('says the same to a person: a mark, the finding, and how to mend it on a line of its own', async () => {
    const { code, stdout } = await runCli(['doctor'], {
      DATABASE_URL: test.url,
      REDIS_URL: `redis://127.0.0.1:${await freePort()}`,
    });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^ok {7}PostgreSQL: version \d+ answers$/m);
    expect(stdout).toMatch(
      /^ERROR {4}Redis: cannot be reached \(ECONNREFUSED\)\n {9}-> Start Redis, or mend REDIS_URL\./m,
    );
  });

  it('changes nothing', async () => {
    const tables = { text: `SELECT count(*) AS count FROM information_schema.tables`, values: [] };
    const before = await test.database.query(tables);
    await examine();
    expect(await test.database.query(tables)).toEqual(before);
  });
});

(canStartRedis ? describe : describe.skip)('doctor on Redis', () => {
  it('finds one as it should be: exit code 0, nothing but ok', async () => {
    await withRedis(undefined, async (redis) => {
      const { code, findings } = await examine({ REDIS_URL: redis.url });
      expect(code).toBe(0);
      expect(Object.values(findings).map(({ level }) => level)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok', 'ok']);
      expect(findings.Redis?.message).toMatch(/^version \d+\.\d+/);
    });
  });

  it('finds an eviction policy that would drop jobs, and says how to set the right one: exit code 1', async () => {
    await withRedis(['--maxmemory-policy', 'allkeys-lru', '--appendonly', 'yes'], async (redis) => {
      const { code, findings } = await examine({ REDIS_URL: redis.url });
      expect(code).toBe(1);
      expect(findings['Redis maxmemory-policy']).toMatchObject({
        level: 'error',
        message: expect.stringContaining('allkeys-lru'),
        remedy: expect.stringContaining('maxmemory-policy noeviction'),
      });
    });
  });

  it('warns where there is no append-only file, and says how to have one: exit code 0', async () => {
    await withRedis(['--maxmemory-policy', 'noeviction', '--appendonly', 'no'], async (redis) => {
      const { code, findings } = await examine({ REDIS_URL: redis.url });
      expect(code).toBe(0);
      expect(findings['Redis append-only file']).toMatchObject({
        level: 'warning',
        remedy: expect.stringContaining('appendonly yes'),
      });
    });
  });

  it('warns where the server does not tell its settings, as managed ones do', async () => {
    await withRedis(['--rename-command', 'CONFIG', ''], async (redis) => {
      const { code, findings } = await examine({ REDIS_URL: redis.url });
      expect(code).toBe(0);
      expect(findings['Redis maxmemory-policy']).toMatchObject({
        level: 'warning',
        message: 'the server does not tell',
      });
    });
  });

  it('finds a closed port: exit code 1', async () => {
    const { code, findings } = await examine({ REDIS_URL: `redis://127.0.0.1:${await freePort()}` });
    expect(code).toBe(1);
    expect(findings.Redis).toMatchObject({
      level: 'error',
      message: 'cannot be reached (ECONNREFUSED)',
      remedy: expect.stringContaining('REDIS_URL'),
    });
  });

  it('finds one that hangs, and does not hang with it', async () => {
    await withRedis(undefined, async (redis) => {
      redis.freeze();
      const startedAt = performance.now();
      expect((await examine({ REDIS_URL: redis.url })).findings.Redis?.level).toBe('error');
      expect(performance.now() - startedAt).toBeLessThan(15_000);
    });
  });

  it('finds a wrong password, and does not show it', async () => {
    await withRedis(['--requirepass', 'right'], async (redis) => {
      const { code, findings, stdout } = await examine({
        REDIS_URL: redis.url.replace('redis://', 'redis://:hunter2@'),
      });
      expect({ code, level: findings.Redis?.level }).toEqual({ code: 1, level: 'error' });
      expect(stdout).not.toContain('hunter2');
    });
  });
});
