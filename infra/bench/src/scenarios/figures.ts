import type { Yardsticks } from '../yardsticks/yardsticks.js';
import type { Bound, Figure, Ratio } from './scenario.js';

export interface FigureGoals {
  goal?: Bound;
  ratios?: Ratio[];
}

export function figure(name: string, value: number, unit: string, { goal, ratios = [] }: FigureGoals = {}): Figure {
  return { name, value, unit, ...(goal && { goal }), ratios };
}

export function ratio(to: string, value: number, base: number, goal?: Bound): Ratio {
  return { to, value: base === 0 ? 0 : value / base, ...(goal && { goal }) };
}

/** Deliveries a second against each of the parts that a delivery is made of. */
export function partRatios(perSecond: number, yardsticks: Yardsticks): Ratio[] {
  return [
    ratio('BullMQ no-op worker', perSecond, yardsticks.no_op_jobs_per_second),
    ratio('batched insert', perSecond, yardsticks.inserted_rows_per_second),
  ];
}
