/** Places where a test may kill this process. They exist outside production only; the configuration sees to that. */
export const FAULT_POINTS = ['before_commit', 'after_commit'] as const;

export type FaultPoint = (typeof FAULT_POINTS)[number];

export interface FaultHook {
  reach(point: FaultPoint): void;
}

/** SIGKILL is what a crash is: no handler runs, nothing is flushed. */
export function createFaultHook(armed: FaultPoint | undefined): FaultHook {
  return {
    reach: (point) => {
      if (point === armed) process.kill(process.pid, 'SIGKILL');
    },
  };
}
