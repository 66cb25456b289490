import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts a process's time in hundredths of a second on every machine that Node runs on. */
const MICROSECONDS_PER_TICK = 10_000;

/**
 * CPU time that processes and their children have used so far, in microseconds; children that have ended count too.
 * Nothing else tells what a delivery costs while others load the machine. null where this is not Linux.
 */
export function cpuMicrosecondsOf(pids: readonly number[]): number | null {
  try {
    const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    const stats = all.flatMap((name) => statOf(Number(name)) ?? []);
    return pids.reduce((sum, pid) => sum + treeTicks(pid, stats), 0) * MICROSECONDS_PER_TICK;
  } catch {
    return null;
  }
}

interface Stat {
  pid: number;
  parent: number;
  own_ticks: number;
  ended_children_ticks: number;
}

function treeTicks(pid: number, stats: readonly Stat[]): number {
  const self = stats.find((stat) => stat.pid === pid);
  if (!self) return 0;
  const children = stats.filter((stat) => stat.parent === pid);
  return children.reduce((sum, child) => sum + treeTicks(child.pid, stats), self.own_ticks + self.ended_children_ticks);
}

/** Fields as in proc(5); the name in parentheses may hold anything, so they are counted from behind it. */
function statOf(pid: number): Stat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [, parent = 0] = fields;
    const [user = 0, system = 0, childrenUser = 0, childrenSystem = 0] = fields.slice(11, 15);
    return { pid, parent, own_ticks: user + system, ended_children_ticks: childrenUser + childrenSystem };
  } catch {
    return null;
  }
}
