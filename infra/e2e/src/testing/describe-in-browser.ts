import { afterAll, afterEach, beforeAll, describe, expect, jest } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@switchboard/db/testing';
import { describeForPerson } from '@switchboard/local/failure';
import { findChromiumBinary } from '@switchboard/local/servers/chromium-binary';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../browser/launch.js';
import { visit, type Visit, type VisitOptions } from '../browser/visit.js';
import { startPortalStack, type PortalStack, type PortalStackOptions } from '../stack/portal-stack.js';

const isChromiumHere = (await findChromiumBinary({ install: false })).path !== undefined;
const isCi = process.env.CI === 'true' || process.env.CI === '1';
const START_LIMIT_MS = 90_000;
/** A browser, an API and a worker on two cores that run another suite as well. */
const TEST_LIMIT_MS = 60_000;
jest.setTimeout(TEST_LIMIT_MS);

/** What the tests of one file share; there from the first test on. */
export interface BrowserSuite {
  readonly stack: PortalStack;
  readonly database: TestDatabase;
  readonly browser: Browser;
  /** A window of the test's own, closed after it. Whatever the browser complained of meanwhile fails the test. */
  visit(options?: Omit<VisitOptions, 'url'>): Promise<Visit>;
}

/** For finding out why a test fails: with SWITCHBOARD_E2E_PICTURES=<folder> each window is pictured as the test left it. */
async function keepPicture({ page }: Visit, index: number): Promise<void> {
  const folder = process.env.SWITCHBOARD_E2E_PICTURES;
  if (!folder) return;
  const name = (expect.getState().currentTestName ?? '').replaceAll(/\W+/g, '-').slice(-80);
  await page.screenshot({ path: `${folder}/${name}-${index}.png` });
}

type StackSettings = Pick<PortalStackOptions, 'api' | 'worker'>;

/** Tests in a real browser on a really started stack. Without Chromium they are skipped by name; in CI they fail. */
export function describeInBrowser(
  title: string,
  define: (suite: BrowserSuite) => void,
  prepare: () => Promise<StackSettings> | StackSettings = () => ({}),
): void {
  if (isChromiumHere || isCi) describe(title, () => define(prepareSuite(prepare)));
  else describe.skip(`${title} (no Chromium here)`, () => define(prepareSuite(prepare)));
}

function prepareSuite(prepare: () => Promise<StackSettings> | StackSettings): BrowserSuite {
  let database: TestDatabase | undefined;
  let stack: PortalStack | undefined;
  let browser: Browser | undefined;
  const visits: Visit[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    const settings = await prepare();
    const redisUrl = process.env.SWITCHBOARD_TEST_REDIS_URL ?? '';
    [stack, browser] = await Promise.all([
      startPortalStack({ databaseUrl: database.url, redisUrl, ...settings }).catch((error: unknown) => {
        // jest shows no more than the message: what the process printed last belongs there.
        throw new Error(describeForPerson(error));
      }),
      launchBrowser(),
    ]);
  }, START_LIMIT_MS);

  afterEach(async () => {
    const complaints = visits.flatMap((made) => made.complaints.found());
    for (const [index, made] of visits.splice(0).entries()) {
      await keepPicture(made, index);
      await made.close();
    }
    expect(complaints).toEqual([]);
  });

  afterAll(async () => {
    await browser?.close();
    await stack?.stop();
    await database?.drop();
  }, START_LIMIT_MS);

  return {
    get stack() {
      return stack as PortalStack;
    },
    get database() {
      return database as TestDatabase;
    },
    get browser() {
      return browser as Browser;
    },
    visit: async (options = {}) => {
      const made = await visit(browser as Browser, { url: (stack as PortalStack).url, ...options });
      visits.push(made);
      return made;
    },
  };
}
