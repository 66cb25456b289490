import { findChromiumBinary } from '../servers/chromium-binary.js';
import { isCi } from './redis-for-tests.js';
import { NOTHING, type Tally } from './tally.js';

export interface BrowserForTests {
  tally: Tally;
  /** The sentence for the last lines, undefined where there is a browser. */
  note: string | undefined;
}

/** The portal is tested in a real Chromium. Where none can be had, those suites are skipped and that is said. */
export async function browserForTests(env: NodeJS.ProcessEnv, find = findChromiumBinary): Promise<BrowserForTests> {
  const binary = await find({ install: true, say: (sentence) => console.log(sentence) });
  if (binary.path !== undefined) return { tally: NOTHING, note: undefined };
  if (isCi(env)) {
    return {
      tally: { ...NOTHING, failed: 1 },
      note: `FAILED: with CI=true the portal’s tests need a Chromium, and ${binary.reason}. Install chromium.`,
    };
  }
  return {
    tally: { ...NOTHING, skipped: 1 },
    note: `SKIPPED: the portal’s tests in a browser, because ${binary.reason}. Install chromium to run them.`,
  };
}
