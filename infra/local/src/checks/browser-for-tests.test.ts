import { describe, expect, it } from '@jest/globals';
import type { ChromiumBinary } from '../servers/chromium-binary.js';
import { findChromiumBinary } from '../servers/chromium-binary.js';
import { browserForTests } from './browser-for-tests.js';

const nowhere = (): Promise<ChromiumBinary> => Promise.resolve({ path: undefined, reason: 'there is none' });
const here = (): Promise<ChromiumBinary> => Promise.resolve({ path: '/usr/bin/chromium' });

describe('npm test where no Chromium can be had', () => {
  it('says what it skipped, and counts it', async () => {
    const { tally, note } = await browserForTests({}, nowhere);
    expect(tally).toEqual({ passed: 0, failed: 0, skipped: 1 });
    expect(note).toContain('SKIPPED: the portal’s tests in a browser, because there is none.');
  });

  it('fails with CI=true: half a run is no success', async () => {
    const { tally, note } = await browserForTests({ CI: 'true' }, nowhere);
    expect(tally).toEqual({ passed: 0, failed: 1, skipped: 0 });
    expect(note).toContain('FAILED: with CI=true the portal’s tests need a Chromium, and there is none.');
  });

  it('says nothing where there is one', async () => {
    const silent = { tally: { passed: 0, failed: 0, skipped: 0 }, note: undefined };
    expect(await browserForTests({ CI: 'true' }, here)).toEqual(silent);
  });

  it('names the programs it looked for, and installs nothing where it may not', async () => {
    const binary = await findChromiumBinary({ install: false, searchPath: '/nowhere' });
    expect(binary).toEqual({
      path: undefined,
      reason: 'none of chromium, chromium-browser, google-chrome-stable, google-chrome is on the PATH',
    });
  });
});
