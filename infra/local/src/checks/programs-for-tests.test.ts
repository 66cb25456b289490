import { describe, expect, it } from '@jest/globals';
import { findChromiumBinary } from '../servers/chromium-binary.js';
import type { FoundProgram } from '../servers/find-or-install.js';
import { browserForTests, redisForTests } from './programs-for-tests.js';

const nowhere = (): Promise<FoundProgram> => Promise.resolve({ path: undefined, reason: 'there is none' });
const here = (): Promise<FoundProgram> => Promise.resolve({ path: '/usr/bin/it' });

describe.each([
  { program: 'Redis', check: redisForTests, tests: 'everything on Redis', need: 'the tests need a Redis' },
  {
    program: 'Chromium',
    check: browserForTests,
    tests: 'the portal’s tests in a browser',
    need: 'the portal’s tests need a Chromium',
  },
])('npm test where no $program can be had', ({ check, tests, need }) => {
  it('says what it skipped, and counts it', async () => {
    const { tally, note } = await check({}, nowhere);
    expect(tally).toEqual({ passed: 0, failed: 0, skipped: 1 });
    expect(note).toContain(`SKIPPED: ${tests}, because there is none.`);
  });

  it('fails with CI=true: half a run is no success', async () => {
    const { tally, note } = await check({ CI: 'true' }, nowhere);
    expect(tally).toEqual({ passed: 0, failed: 1, skipped: 0 });
    expect(note).toContain(`FAILED: with CI=true ${need}, and there is none.`);
  });

  it('says nothing where there is one', async () => {
    const silent = { tally: { passed: 0, failed: 0, skipped: 0 }, note: undefined };
    expect(await check({ CI: 'true' }, here)).toEqual(silent);
  });
});

describe('npm test', () => {
  it('needs no Redis of its own where REDIS_URL names one', async () => {
    expect(await redisForTests({ CI: 'true', REDIS_URL: 'redis://localhost' }, nowhere)).toMatchObject({
      note: undefined,
    });
  });

  it('names the programs it looked for, and installs nothing where it may not', async () => {
    expect(await findChromiumBinary({ install: false, searchPath: '/nowhere' })).toEqual({
      path: undefined,
      reason: 'none of chromium, chromium-browser, google-chrome-stable, google-chrome is on the PATH',
    });
  });
});
