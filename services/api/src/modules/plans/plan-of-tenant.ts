import type { Plan } from '../../http/route.js';

/** The plan of a tenant, as it stands in a row beside what else was asked for. */
export interface PlanColumns {
  plan_id: string;
  plan_name: string;
  requests_per_minute: number;
  requests_per_day: number;
  entitlements: string[];
}

/** Joins the plan of the tenant `t`, and gives PLAN_COLUMNS. */
export const JOIN_PLAN = 'JOIN plans p ON p.id = t.plan_id';
export const PLAN_COLUMNS =
  'p.id AS plan_id, p.name AS plan_name, p.requests_per_minute, p.requests_per_day, p.entitlements';

export function planOf({ plan_id, plan_name, ...row }: PlanColumns): Plan {
  const { requests_per_minute, requests_per_day, entitlements } = row;
  return { id: plan_id, name: plan_name, requests_per_minute, requests_per_day, entitlements };
}
