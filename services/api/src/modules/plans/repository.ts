import { sql, type Executor } from '@switchboard/db';

export interface PlanRow {
  id: string;
  name: string;
  rank: number;
  requests_per_minute: number;
  requests_per_day: number;
  entitlements: string[];
}

const COLUMNS = ['id', 'name', 'rank', 'requests_per_minute', 'requests_per_day', 'entitlements'];

/** From the smallest to the largest. */
export function listPlans(executor: Executor): Promise<PlanRow[]> {
  return executor.run<PlanRow>(sql('plans').select(COLUMNS).orderBy('rank'));
}

/** Creates the plan or changes all of it. */
export async function upsertPlan(executor: Executor, plan: PlanRow): Promise<PlanRow> {
  const [row] = await executor.run<PlanRow>(sql('plans').insert(plan).onConflict('id').merge().returning(COLUMNS));
  return row as PlanRow;
}
