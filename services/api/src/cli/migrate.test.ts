import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { MigrationStatus } from '@switchboard/db';
import { createTestDatabase, type TestDatabase } from '@switchboard/db/testing';
import { killStartedProcesses, runCli } from '../testing/processes.js';

let test: TestDatabase;
/** Every migration there is, in order: the test database starts with all of them. */
let all: string[];

const migrate = (...words: string[]) => runCli(['migrate', ...words], { DATABASE_URL: test.url });

async function asJson<T>(...words: string[]): Promise<T> {
  const { code, stdout, stderr } = await migrate(...words, '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as T;
}

beforeAll(async () => {
  test = await createTestDatabase();
  all = (await asJson<MigrationStatus>('status')).applied;
});
afterAll(async () => {
  await killStartedProcesses();
  await test.drop();
});

describe('migrate', () => {
  it('status tells what is applied and what is pending', async () => {
    expect(all).toContain('0001-core');
    expect(await asJson('status')).toEqual({ applied: all, pending: [] });
    expect(await migrate('status')).toMatchObject({
      code: 0,
      stdout: `Applied: ${all.join(', ')}. Pending: nothing.\n`,
    });
  });

  it('up with nothing pending does nothing and says so', async () => {
    expect(await migrate('up')).toMatchObject({ code: 0, stdout: 'Applied: nothing.\n' });
    expect(await asJson('up')).toEqual([]);
  });

  it('down takes the newest back, one at a time, until nothing is left', async () => {
    for (const name of all.toReversed()) expect(await asJson('down')).toEqual([expect.stringContaining(name)]);
    expect(await migrate('down')).toMatchObject({ code: 0, stdout: 'Taken back: nothing.\n' });
    expect(await asJson('status')).toEqual({ applied: [], pending: all });
    const text = `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_name NOT LIKE 'migrations%'`;
    expect(await test.database.query({ text, values: [] })).toEqual([]);
  });

  it('up applies all that is pending, in order, and what was taken back can be applied again', async () => {
    expect(await migrate('up')).toMatchObject({ code: 0, stdout: `Applied: ${all.join(', ')}.\n` });
    expect(await asJson('status')).toEqual({ applied: all, pending: [] });
    expect(
      await runCli(['tenants', 'create', '--name', 'x', '--plan', 'pro'], { DATABASE_URL: test.url }),
    ).toMatchObject({ code: 0 });
  });

  it('two at once apply each migration once', async () => {
    for (const _name of all) await migrate('down');
    const results = await Promise.all([migrate('up'), migrate('up')]);
    // The one that finds the other at work may be sent away; then it says so, and nothing is half done.
    for (const { code, stderr } of results) expect(code === 0 || /lock/i.test(stderr)).toBe(true);
    expect(await asJson('status')).toEqual({ applied: all, pending: [] });
  });
});
