import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { REPOSITORY } from '../repository.js';

/** A webhook as a receiver has it, and the moment in which it looks at it. */
export interface ReceivedWebhook {
  secret: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  /** The simple header's value where that is to be verified, null where it is Standard Webhooks'. */
  simple: string | null;
  body: string;
  /** Unix seconds. */
  now: number;
}

/** How the snippet of one language is run: as a file beside a program of infra/docs/receivers that imports it. */
export interface SnippetLanguage {
  title: string;
  /** The name of its code block in docs/webhooks.md. */
  block: string;
  /** Where the program expects it; the block's name where that is missing. */
  placedAt?: string;
  /** The programs and files of infra/docs/receivers that it needs. */
  receiver: string[];
  command: [string, ...string[]];
  /** What tells that the interpreter is there. A program of this name may be a shim that fails. */
  probe: [string, ...string[]];
}

const RECEIVERS = path.join(REPOSITORY, 'infra/docs/receivers');
const PACKAGES = path.join(REPOSITORY, 'infra/docs/node_modules');

export function hasInterpreter({ probe: [command, ...args] }: SnippetLanguage): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

/** Runs the snippet on all cases in one process. @returns what it said of each. @throws Error with what it printed */
export async function runSnippet(
  language: SnippetLanguage,
  code: string,
  cases: ReceivedWebhook[],
): Promise<boolean[]> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'switchboard-snippet-'));
  try {
    const file = path.join(folder, language.placedAt ?? language.block);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, code);
    for (const name of language.receiver) cpSync(path.join(RECEIVERS, name), path.join(folder, name));
    symlinkSync(PACKAGES, path.join(folder, 'node_modules'));
    return JSON.parse(await runIn(folder, language.command, JSON.stringify(cases))) as boolean[];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function runIn(folder: string, [command, ...args]: [string, ...string[]], input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: folder, stdio: ['pipe', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(stdout);
      else reject(new Error(`${command} ended with exit code ${code}:\n${stderr || stdout}`));
    });
    // A snippet that does not compile never reads its input; what it printed says why.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}
