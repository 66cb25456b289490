import { setUpTestServers } from './set-up.mjs';

/** Runs once, before the first test file: `npm test` and a plain `pnpm jest <path>` alike. */
export default async function globalSetup() {
  globalThis.__SWITCHBOARD_TEST_SERVERS__ = await setUpTestServers();
}
