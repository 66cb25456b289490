import { accessSync, constants, existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { spawn } from 'node:child_process';

/** Where a Redis server program was found, or why there is none. */
export type RedisBinary = { path: string } | { path: undefined; reason: string };

const NAMES = ['redis-server', 'valkey-server'];

/** invoke-rc.d asks this program whether a package may start its service; 101 is "no". */
const POLICY_FILE = '/usr/sbin/policy-rc.d';
const POLICY = '#!/bin/sh\n# Written by Switchboard while it installs redis-server; safe to delete.\nexit 101\n';

/**
 * redis-server or valkey-server from the PATH; else, as root on Debian or Ubuntu, installed with apt-get without its
 * service being started.
 *
 * @param install whether installing is allowed
 * @param say is told what is being done before it takes long
 */
export async function findRedisBinary({
  install,
  say = () => undefined,
  searchPath = process.env.PATH ?? '',
}: {
  install: boolean;
  say?: (sentence: string) => void;
  searchPath?: string;
}): Promise<RedisBinary> {
  const found = NAMES.map((name) => findOnPath(name, searchPath)).find(Boolean);
  if (found) return { path: found };
  const missing = `neither ${NAMES.join(' nor ')} is on the PATH`;
  if (!install) return { path: undefined, reason: missing };
  if (!existsSync('/etc/debian_version') || !findOnPath('apt-get', searchPath)) {
    return { path: undefined, reason: `${missing}, and this is no Debian or Ubuntu where apt-get could install it` };
  }
  if (process.getuid?.() !== 0)
    return { path: undefined, reason: `${missing}, and only root could install it with apt-get` };
  say('Installing redis-server with apt-get; its service is not started.');
  const problem = await installWithApt();
  const installed = findOnPath('redis-server', searchPath);
  if (installed) return { path: installed };
  return {
    path: undefined,
    reason: `${missing}, and apt-get could not install it: ${problem ?? 'it is still missing'}`,
  };
}

function findOnPath(name: string, searchPath: string): string | undefined {
  return searchPath
    .split(path.delimiter)
    .filter(Boolean)
    .map((folder) => path.join(folder, name))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** @returns apt-get's last words where it failed */
async function installWithApt(): Promise<string | undefined> {
  const isPolicyOurs = !existsSync(POLICY_FILE);
  if (isPolicyOurs) writeFileSync(POLICY_FILE, POLICY, { mode: 0o755 });
  try {
    // A machine that was set up long ago knows only versions that the mirror no longer has.
    const first = await run('apt-get', INSTALL);
    if (first === undefined) return undefined;
    return (await run('apt-get', ['update'])) ?? (await run('apt-get', INSTALL));
  } finally {
    if (isPolicyOurs) rmSync(POLICY_FILE, { force: true });
    // The package enables its service for the next boot, which nobody asked for.
    if (existsSync('/run/systemd/system')) await run('systemctl', ['disable', '--now', 'redis-server']);
  }
}

const INSTALL = ['-o', 'DPkg::Lock::Timeout=120', 'install', '-y', '--no-install-recommends', 'redis-server'];

/** @returns undefined where it succeeded, else the last line it printed */
function run(command: string, args: string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code) =>
      resolve(code === 0 ? undefined : (output.trim().split('\n').at(-1) ?? `exit code ${code}`)),
    );
  });
}
