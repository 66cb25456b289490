import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn, spawnSync } from 'node:child_process';
import { readText } from './repository.js';
import { startApiWithData, type ApiWithData } from './testing/api-with-data.js';
import { codeBlocks } from './testing/markdown.js';

const DAY_MS = 86_400_000;
const PROGRAMS = ['bash', 'curl'];
const missing = PROGRAMS.filter((program) => spawnSync(program, ['--version']).error !== undefined);

const blocks = codeBlocks(readText('docs/api.md')).filter(({ language }) => language === 'bash');

interface Session {
  code: number | null;
  /** What each block printed, in their order. */
  printed: string[];
  errors: string;
}

/** All blocks in one shell, as a reader pastes them one after the other: what one sets, the next ones use. */
function runInOneShell(env: Record<string, string>): Promise<Session> {
  const mark = '----- the next block -----';
  const script = ['set -euo pipefail', ...blocks.map(({ code }) => `echo '${mark}'\n${code}`)].join('\n');
  return new Promise((resolve, reject) => {
    const shell = spawn('bash', ['--norc', '-c', script], { env: { PATH: process.env.PATH, ...env } });
    let output = '';
    let errors = '';
    shell.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    shell.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    shell.on('error', reject);
    shell.on('close', (code) => resolve({ code, printed: output.split(`${mark}\n`).slice(1), errors }));
  });
}

describe('the commands of docs/api.md, run in order by one shell', () => {
  if (missing.length > 0) {
    it.skip(`were not run: ${missing.join(', ')} not on this machine`, () => undefined);
    return;
  }
  let api: ApiWithData;
  let session: Session;

  beforeAll(async () => {
    api = await startApiWithData();
    // The day after tomorrow: a working day of which no time has passed, in every time zone.
    const day = new Date(Date.now() + 2 * DAY_MS).toISOString().slice(0, 10);
    session = await runInOneShell({ API: api.url, KEY: api.key, DAY: day });
  });
  afterAll(() => api.stop());

  it('all succeed', () => {
    const lastPrinted = session.printed.at(-1);
    expect({ code: session.code, errors: session.errors, lastPrinted }).toMatchObject({ code: 0, errors: '' });
    expect(session.printed).toHaveLength(blocks.length);
  });

  it('are answered with success, each of them, and print something', () => {
    for (const [index, printed] of session.printed.entries()) {
      expect({ command: blocks[index]?.code, printed }).toMatchObject({ printed: expect.stringMatching(/\S/) });
      expect({ command: blocks[index]?.code, printed }).not.toMatchObject({
        printed: expect.stringContaining('"success":false'),
      });
    }
  });

  it('show what the guide promises: a booking, its replay, its change, the rate limit', () => {
    const all = session.printed.join('');
    expect(all).toContain('"name":"Ann Example"');
    expect(all.toLowerCase()).toContain('idempotency-replayed: true');
    expect(all).toContain('"status":"confirmed","starts_at"');
    expect(all).toContain('"secret":"whsec_');
    expect(all.toLowerCase()).toContain('x-ratelimit-remaining');
    expect(all).toContain('"total":1');
  });
});
