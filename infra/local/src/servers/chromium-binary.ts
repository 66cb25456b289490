import { findOrInstall, type FindOptions, type FoundProgram } from './find-or-install.js';

/** Chromium, or Chrome. */
export function findChromiumBinary(options: FindOptions): Promise<FoundProgram> {
  return findOrInstall(
    {
      names: ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'],
      missing: 'none of chromium, chromium-browser, google-chrome-stable, google-chrome is on the PATH',
      announcement: 'Installing chromium with apt-get, for the tests of the portal; this takes a minute or two.',
    },
    options,
  );
}
