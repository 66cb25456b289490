import { createDatabase } from '@switchboard/db';
import { createRunDatabase } from '@switchboard/faults/suite/databases';
import { describeForPerson } from '@switchboard/local/failure';
import { REPOSITORY } from '@switchboard/local/stack/folder';
import { startTestServers } from '@switchboard/local/test-servers/test-servers';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { launchBrowser } from './browser/launch.js';
import { visit, type Visit } from './browser/visit.js';
import { picturesOf, untilLoaded, type Picture } from './screenshots/pictures.js';
import { makeShowTenant, type ShowTenant } from './screenshots/show-tenant.js';
import { startPortalStack } from './stack/portal-stack.js';

const FOLDER = path.join(REPOSITORY, 'docs/images');
const SCHEMES = ['light', 'dark'] as const;

type Closers = (() => Promise<unknown>)[];

/** Starts a stack of its own, fills an account, and takes every picture of docs/images anew. */
async function main(): Promise<void> {
  const closers: Closers = [];
  try {
    await takePictures(closers);
  } catch (error) {
    console.error(describeForPerson(error));
    process.exitCode = 1;
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

async function takePictures(closers: Closers): Promise<void> {
  const env = { ...process.env };
  const servers = await startTestServers(env);
  closers.push(servers.stop);
  const run = await createRunDatabase(env.SWITCHBOARD_TEST_ADMIN_URL ?? '', env.SWITCHBOARD_TEST_TEMPLATE ?? '');
  closers.push(run.drop);
  const database = createDatabase({ url: run.url, poolSize: 2, applicationName: 'switchboard-screenshots' });
  closers.push(database.close);
  const stack = await startPortalStack({ databaseUrl: run.url, redisUrl: env.SWITCHBOARD_TEST_REDIS_URL ?? '' });
  closers.push(stack.stop);
  const browser = await launchBrowser();
  closers.push(() => browser.close());
  const shown = await makeShowTenant(stack, database);
  closers.push(() => Promise.all(shown.receivers.map((receiver) => receiver.stop())));
  mkdirSync(FOLDER, { recursive: true });
  for (const colorScheme of SCHEMES) {
    await takeSignIn(browser, stack.url, colorScheme);
    await takeScreens(browser, { url: stack.url, shown, colorScheme });
  }
}

interface Series {
  url: string;
  shown: ShowTenant;
  colorScheme: 'light' | 'dark';
}

async function takeScreens(browser: Browser, { url, shown, colorScheme }: Series): Promise<void> {
  const as = shown.tenant.owner;
  const wide = await visit(browser, { url, as, colorScheme });
  const narrow = await visit(browser, { url, as, colorScheme, width: 380, height: 760 });
  for (const picture of picturesOf(shown.endpointId)) {
    await take(wide, picture, `${picture.name}-${colorScheme}`);
    if (picture.isAlsoNarrow) await take(narrow, picture, `${picture.name}-narrow-${colorScheme}`);
  }
  await wide.close();
  await narrow.close();
}

async function take({ page, open }: Visit, picture: Picture, file: string): Promise<void> {
  await open(picture.path);
  await page.getByRole('heading', { name: picture.title, level: 1, includeHidden: true }).waitFor();
  await untilLoaded(page);
  await picture.prepare?.(page);
  if (picture.last) await page.locator(picture.last).first().waitFor();
  await keep(page, file);
}

async function takeSignIn(browser: Browser, url: string, colorScheme: 'light' | 'dark'): Promise<void> {
  const { page, open, close } = await visit(browser, { url, colorScheme });
  await open('/sign-in');
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await keep(page, `sign-in-${colorScheme}`);
  await close();
}

async function keep(page: Visit['page'], file: string): Promise<void> {
  await page.screenshot({ path: path.join(FOLDER, `${file}.png`), animations: 'disabled', caret: 'hide' });
  console.log(`docs/images/${file}.png`);
}

await main();
