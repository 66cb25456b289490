import path from 'node:path';
import { startBenchStack, type BenchStack, type StackOptions } from '../stack/bench-stack.js';
import { settleAndCount } from '../stack/counts.js';
import { cpuMicrosecondsOf } from '../measuring/process-cpu.js';
import type { Published } from './publishing.js';
import type { BenchContext, Figure, Outcome } from './scenario.js';

export interface Measured {
  figures: Figure[];
  published: Published[];
  violations?: string[];
  settings?: Record<string, string | number>;
}

/** Runs `measure` on a stack of its own, and then holds what was accepted against what arrived and what is recorded. */
export async function measureOnStack(
  context: BenchContext,
  scenario: string,
  options: StackOptions,
  measure: (stack: BenchStack) => Promise<Measured>,
): Promise<Outcome> {
  const { profileFolder } = context;
  const stack = await startBenchStack(context.servers, {
    ...options,
    profileFolder: profileFolder && path.join(profileFolder, scenario),
  });
  try {
    const since_ms = Date.now();
    const before = cpuOf(context, stack);
    const measured = await measure(stack);
    const deliveries = sum(measured.published.map(({ events }) => events)) * stack.fanOut;
    const { counts, violations } = await settleAndCount(stack, { deliveries, since_ms });
    return {
      figures: measured.figures,
      counts,
      violations: [
        ...measured.published.flatMap(({ failures }) => failures),
        ...(measured.violations ?? []),
        ...violations,
      ],
      ...cpuSince(before, cpuOf(context, stack), deliveries),
      settings: { endpoints: stack.endpoints, fan_out: stack.fanOut, ...options.worker, ...measured.settings },
    };
  } finally {
    await stack.stop();
  }
}

type Cpu = Record<string, number | null>;

function cpuOf({ servers }: BenchContext, stack: BenchStack): Cpu {
  const pids = {
    api: [stack.apiPid],
    workers: stack.workerPids(),
    postgres: [servers.postgresPid],
    redis: [stack.redis.pid],
    sink: [stack.sink.pid],
    load: [stack.load.pid],
  };
  const used = Object.entries(pids).map(([name, of]) => [name, cpuMicrosecondsOf(of)] as const);
  return Object.fromEntries(stack.hasEndedWorkers() ? [] : used);
}

/** What each kind of process used for one delivery; a worker that was started meanwhile has used nothing before. */
function cpuSince(before: Cpu, after: Cpu, deliveries: number): Pick<Outcome, 'cpu_us_per_delivery'> {
  const spent = Object.entries(after).flatMap(([name, used]): [string, number][] =>
    used === null || deliveries === 0 ? [] : [[name, Math.round((used - (before[name] ?? 0)) / deliveries)]],
  );
  return spent.length === 0 ? {} : { cpu_us_per_delivery: Object.fromEntries(spent) };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
