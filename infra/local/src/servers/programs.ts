import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** invoke-rc.d asks this program whether a package may start its service; 101 is "no". */
const POLICY_FILE = '/usr/sbin/policy-rc.d';
const POLICY = '#!/bin/sh\n# Written by Switchboard while it installs a package; safe to delete.\nexit 101\n';

export function findOnPath(name: string, searchPath: string): string | undefined {
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

/** Why apt-get cannot install anything here, in words that follow "and"; undefined where it can. */
export function aptProblem(searchPath: string): string | undefined {
  if (!existsSync('/etc/debian_version') || !findOnPath('apt-get', searchPath)) {
    return 'this is no Debian or Ubuntu where apt-get could install it';
  }
  return process.getuid?.() === 0 ? undefined : 'only root could install it with apt-get';
}

/**
 * Installs a package without starting the services that it brings.
 *
 * @param service its service, which is also kept from starting with the machine
 * @returns apt-get's last words where it failed
 */
export async function installWithApt(packageName: string, service?: string): Promise<string | undefined> {
  const isPolicyOurs = !existsSync(POLICY_FILE);
  if (isPolicyOurs) writeFileSync(POLICY_FILE, POLICY, { mode: 0o755 });
  const install = ['-o', 'DPkg::Lock::Timeout=120', 'install', '-y', '--no-install-recommends', packageName];
  try {
    // A machine that was set up long ago knows only versions that the mirror no longer has.
    const first = await run('apt-get', install);
    if (first === undefined) return undefined;
    return (await run('apt-get', ['update'])) ?? (await run('apt-get', install));
  } finally {
    if (isPolicyOurs) rmSync(POLICY_FILE, { force: true });
    // The package enables its service for the next boot, which nobody asked for.
    if (service && existsSync('/run/systemd/system')) await run('systemctl', ['disable', '--now', service]);
  }
}

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
