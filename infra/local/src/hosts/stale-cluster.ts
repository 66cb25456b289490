import { readFileSync } from 'node:fs';
import path from 'node:path';
import { commandLineOf, isAlive, signalIfAlive } from '../processes.js';
import { waitUntil } from '../waiting.js';

/** SIGINT is PostgreSQL's fast shutdown; SIGQUIT ends it at once and leaves the rest to crash recovery. */
const ESCALATION: { signal: NodeJS.Signals; timeoutMs: number }[] = [
  { signal: 'SIGINT', timeoutMs: 10_000 },
  { signal: 'SIGQUIT', timeoutMs: 10_000 },
];

/**
 * Stops a server that still runs on this data folder though its launcher and host are gone, both killed at once. Nobody
 * else owns it: whoever starts a cluster holds the lock of the stack's folder.
 *
 * @throws Error where it does not stop
 */
export async function stopStaleCluster(dataDir: string): Promise<void> {
  const pid = postmasterOf(dataDir);
  if (pid === undefined) return;
  for (const { signal, timeoutMs } of ESCALATION) {
    signalIfAlive(pid, signal);
    if (await waitUntil(() => (isAlive(pid) ? undefined : true), { timeoutMs })) return;
  }
  throw new Error(`an earlier server (process ${pid}) still runs on ${dataDir} and does not stop.`);
}

/** The process id in postmaster.pid, where that process is alive and really is a server on this folder. */
function postmasterOf(dataDir: string): number | undefined {
  let pid: number;
  try {
    pid = Number(readFileSync(path.join(dataDir, 'postmaster.pid'), 'utf8').split('\n')[0]);
  } catch {
    return undefined;
  }
  return isAlive(pid) && commandLineOf(pid).includes(dataDir) ? pid : undefined;
}
