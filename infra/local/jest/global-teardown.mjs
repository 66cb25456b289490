/** Runs once, after the last test file. Where jest dies before, the hosts of the servers end them (see src/hosts). */
export default async function globalTeardown() {
  await globalThis.__SWITCHBOARD_TEST_SERVERS__?.stop();
}
