import { readFileSync } from 'node:fs';

const KB_PER_MB = 1024;

/** Resident memory of a process in MB; null where it is gone, or this is not Linux. */
export function residentMb(pid: number): number | null {
  try {
    const kb = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kb === undefined ? null : Number(kb) / KB_PER_MB;
  } catch {
    return null;
  }
}
