import os from 'node:os';

export interface CpuMeter {
  /** The share of all cores' time since the start in which they had nothing to do, 0 to 1. */
  idleShare(): number;
}

export function startCpuMeter(): CpuMeter {
  const before = times();
  return {
    idleShare: () => {
      const now = times();
      return (now.idle - before.idle) / Math.max(1, now.all - before.all);
    },
  };
}

function times(): { idle: number; all: number } {
  const spent = os.cpus().map((cpu) => cpu.times);
  return {
    idle: spent.reduce((sum, { idle }) => sum + idle, 0),
    all: spent.reduce((sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq, 0),
  };
}
