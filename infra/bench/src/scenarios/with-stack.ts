import path from 'node:path';
import { startBenchStack, type BenchStack, type StackOptions } from '../stack/bench-stack.js';
import { settleAndCount } from '../stack/counts.js';
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
      settings: { endpoints: stack.endpoints, fan_out: stack.fanOut, ...options.worker, ...measured.settings },
    };
  } finally {
    await stack.stop();
  }
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
