import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createDatabase } from './database.js';
import { isDatabaseUnavailable, isForeignKeyViolation, isUniqueViolation } from './errors.js';
import { checkReadiness } from './readiness.js';
import { createTestDatabase, insertTenant, type TestDatabase } from './testing/index.js';

let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

/** Ends a connection as an administrator or a failover does. */
async function terminate(processId: number): Promise<void> {
  await test.database.query({ text: 'SELECT pg_terminate_backend($1)', values: [processId] });
}

async function processIdOf(executor: Pick<TestDatabase['database'], 'query'>): Promise<number> {
  const [row] = await executor.query<{ id: number }>({ text: 'SELECT pg_backend_pid() AS id', values: [] });
  return row?.id ?? 0;
}

describe('a transaction', () => {
  it('gives its connection back after a failure, rolled back', async () => {
    const single = createDatabase({ url: test.url, poolSize: 1, applicationName: 'switchboard-test-single' });
    try {
      const id = { value: '' };
      const work = single.transaction(async (transaction) => {
        id.value = await insertTenant(transaction);
        throw new Error('no');
      });
      await expect(work).rejects.toThrow('no');
      expect(await single.query({ text: 'SELECT FROM tenants WHERE id = $1', values: [id.value] })).toEqual([]);
    } finally {
      await single.close();
    }
  });

  it('whose connection breaks fails and leaves the pool usable', async () => {
    const single = createDatabase({ url: test.url, poolSize: 1, applicationName: 'switchboard-test-single' });
    try {
      const error = await failureOf(
        single.transaction(async (transaction) => {
          await terminate(await processIdOf(transaction));
          await insertTenant(transaction);
        }),
      );
      expect(isDatabaseUnavailable(error)).toBe(true);
      expect(await single.query({ text: 'SELECT 1 AS one', values: [] })).toEqual([{ one: 1 }]);
    } finally {
      await single.close();
    }
  });
});

describe('the pool', () => {
  it('replaces an idle connection that broke', async () => {
    const single = createDatabase({ url: test.url, poolSize: 1, applicationName: 'switchboard-test-single' });
    try {
      await terminate(await processIdOf(single));
      // The broken connection may be met once before the pool hears of its end.
      await failureOf(single.query({ text: 'SELECT 1', values: [] }));
      expect(await single.query({ text: 'SELECT 1 AS one', values: [] })).toEqual([{ one: 1 }]);
    } finally {
      await single.close();
    }
  });

  it('has PostgreSQL end a statement that runs away', async () => {
    const hasty = createDatabase({
      url: test.url,
      poolSize: 1,
      applicationName: 'switchboard-test-hasty',
      statementTimeoutMs: 50,
    });
    try {
      await expect(hasty.query({ text: 'SELECT pg_sleep(10)', values: [] })).rejects.toMatchObject({ code: '57014' });
    } finally {
      await hasty.close();
    }
  });
});

describe('what failed because the database was away', () => {
  it('is told from what the database refused', async () => {
    const duplicate = failureOf(test.database.query({ text: `INSERT INTO plans SELECT * FROM plans`, values: [] }));
    const orphan = failureOf(
      test.database.query({
        text: `INSERT INTO tenants (id, name, plan_id) VALUES (gen_random_uuid(), 'x', 'none')`,
        values: [],
      }),
    );
    const runaway = failureOf(
      test.database.query({ text: `SET LOCAL statement_timeout = 1; SELECT pg_sleep(5)`, values: [] }),
    );
    const [unique, foreign, timeout] = await Promise.all([duplicate, orphan, runaway]);
    expect([unique, foreign, timeout].map(isDatabaseUnavailable)).toEqual([false, false, false]);
    expect([unique, foreign].map(isUniqueViolation)).toEqual([true, false]);
    expect([unique, foreign].map(isForeignKeyViolation)).toEqual([false, true]);
  });

  it('is known where nobody listens', async () => {
    const nowhere = createDatabase({
      url: 'postgres://x:x@127.0.0.1:9/x',
      poolSize: 1,
      applicationName: 'switchboard-test-nowhere',
    });
    try {
      expect(isDatabaseUnavailable(await failureOf(nowhere.query({ text: 'SELECT 1', values: [] })))).toBe(true);
      const readiness = await checkReadiness({ database: nowhere, queueIsReady: () => true });
      expect(readiness).toEqual({
        status: 'unavailable',
        checks: { postgres: 'down', migrations: 'unknown', queue: 'ok' },
      });
    } finally {
      await nowhere.close();
    }
  });
});
