import { findChromiumBinary } from '../servers/chromium-binary.js';
import type { FindOptions, FoundProgram } from '../servers/find-or-install.js';
import { findRedisBinary } from '../servers/redis-binary.js';
import { NOTHING, type Tally } from './tally.js';

export interface ProgramForTests {
  tally: Tally;
  /** The sentence for the last lines, undefined where the program is there. */
  note: string | undefined;
}

type Find = (options: FindOptions) => Promise<FoundProgram>;

/** Half of the queue and pipeline suites need a Redis. */
export function redisForTests(env: NodeJS.ProcessEnv, find: Find = findRedisBinary): Promise<ProgramForTests> {
  if (env.REDIS_URL) return Promise.resolve({ tally: NOTHING, note: undefined });
  return programForTests(env, find, {
    tests: 'everything on Redis',
    need: 'the tests need a Redis',
    remedy: 'Set REDIS_URL or install redis-server',
  });
}

/** The portal is tested in a real Chromium. */
export function browserForTests(env: NodeJS.ProcessEnv, find: Find = findChromiumBinary): Promise<ProgramForTests> {
  return programForTests(env, find, {
    tests: 'the portal’s tests in a browser',
    need: 'the portal’s tests need a Chromium',
    remedy: 'Install chromium',
  });
}

interface Words {
  tests: string;
  need: string;
  remedy: string;
}

/** Where a program cannot be had its suites are skipped and that is said; CI must not call half a run a success. */
async function programForTests(env: NodeJS.ProcessEnv, find: Find, words: Words): Promise<ProgramForTests> {
  const program = await find({ install: true, say: (sentence) => console.log(sentence) });
  if (program.path !== undefined) return { tally: NOTHING, note: undefined };
  if (env.CI === 'true' || env.CI === '1') {
    return {
      tally: { ...NOTHING, failed: 1 },
      note: `FAILED: with CI=true ${words.need}, and ${program.reason}. ${words.remedy}.`,
    };
  }
  return {
    tally: { ...NOTHING, skipped: 1 },
    note: `SKIPPED: ${words.tests}, because ${program.reason}. ${words.remedy} to run it.`,
  };
}
