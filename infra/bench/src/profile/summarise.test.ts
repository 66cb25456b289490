import { expect, it } from '@jest/globals';
import { mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { summariseFolder, summariseProfile, summaryLines } from './summarise.js';

const frame = (functionName: string, url = '', lineNumber = 0) => ({ functionName, url, lineNumber });
const profile = {
  nodes: [
    { id: 1, callFrame: frame('(idle)') },
    { id: 2, callFrame: frame('send', 'file:///x/services/worker/dist/exchange.js', 9) },
    { id: 3, callFrame: frame('write', 'file:///x/node_modules/.pnpm/pg@8/node_modules/pg/lib/client.js', 4) },
    // The same function, called from elsewhere.
    { id: 4, callFrame: frame('send', 'file:///x/services/worker/dist/exchange.js', 9) },
  ],
  samples: [1, 2, 3, 4],
  timeDeltas: [600, 100, 100, 200],
};

it('a function’s own time is added up over all its callers, as a share of the time in which something was done', () => {
  const { busy_share, top } = summariseProfile(profile);
  expect(busy_share).toBeCloseTo(0.4);
  expect(top).toEqual([
    { function: 'send  services/worker/dist/exchange.js:10', share: 0.75 },
    { function: 'write  pg/lib/client.js:5', share: 0.25 },
  ]);
});

it('of a folder the threads that only watch over a process are left out', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'profiles-'));
  for (const thread of [0, 1])
    writeFileSync(path.join(folder, `CPU.20260101.000000.42.${thread}.001.cpuprofile`), JSON.stringify(profile));
  const summaries = summariseFolder(folder);
  expect(summaries.map(({ file }) => file)).toEqual(['CPU.20260101.000000.42.0.001.cpuprofile']);
  expect(summaryLines(summaries[0]!)[0]).toContain('busy 40 %');
});
