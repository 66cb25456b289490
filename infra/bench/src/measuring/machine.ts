import os from 'node:os';

/** What a figure means nothing without. */
export interface Machine {
  cpus: number;
  cpu_model: string;
  memory_gb: number;
  /** Of the last minute before the run: what is far from 0 was somebody else's work. */
  load_average_at_start: number;
  node: string;
  postgres: string;
  redis: string;
}

const BYTES_PER_GB = 1024 ** 3;

export function describeMachine(versions: Pick<Machine, 'postgres' | 'redis'>): Machine {
  const cpus = os.cpus();
  return {
    cpus: cpus.length,
    cpu_model: cpus[0]?.model.trim() ?? '',
    memory_gb: Math.round(os.totalmem() / BYTES_PER_GB),
    load_average_at_start: Math.round((os.loadavg()[0] ?? 0) * 100) / 100,
    node: process.versions.node,
    ...versions,
  };
}
