import { seedAppointments } from '@switchboard/db';
import path from 'node:path';
import type { LoadResult } from '../load/load.js';
import { startBenchStack, type BenchStack } from '../stack/bench-stack.js';
import { createKey } from '../stack/tenant.js';
import { figure, ratio } from './figures.js';
import { describeFailures } from './publishing.js';
import type { BenchContext, Scenario } from './scenario.js';

const CONNECTIONS = 64;
const LOAD_MARGIN_MS = 60_000;

export const API: Scenario = {
  name: 'api',
  about: 'GET /api/v1/appointments with key, limits on Redis and validation, 64 connections; few rows and many',
  run: async (context) => {
    const { servers, profileFolder } = context;
    const stack = await startBenchStack(servers, { profileFolder: profileFolder && path.join(profileFolder, 'api') });
    try {
      return await measure(context, stack);
    } finally {
      await stack.stop();
    }
  },
};

async function measure(context: BenchContext, stack: BenchStack) {
  const { few_appointments: few, many_appointments: many, tenants } = context.sizes;
  const runs: LoadResult[] = [];
  const measured = async (rows: { tenants: number; appointments: number }) => {
    context.say(`making ${rows.appointments} appointments of ${rows.tenants} tenants`);
    const key = await seededTenantKey(stack, rows);
    context.say(`asking for ${context.sizes.seconds} s`);
    const run = await listAppointments(stack, { ...context.sizes, key });
    runs.push(run);
    return { perSecond: run.requests / run.seconds, p99: run.took.p99_ms };
  };
  const atFew = await measured({ tenants: 1, appointments: few });
  const atMany = await measured({ tenants, appointments: many });
  const ofOneTenant = await measured({ tenants: 1, appointments: many });
  const toPosts = (value: number) => ratio('raw POST loop', value, context.yardsticks.raw_posts_per_second);
  return {
    figures: [
      figure(`requests, ${few} rows`, atFew.perSecond, '/s', {
        goal: { at_least: 4_000 },
        ratios: [toPosts(atFew.perSecond)],
      }),
      figure(`p99, ${few} rows`, atFew.p99, 'ms', { goal: { at_most: 40 } }),
      figure(`requests, ${many} rows`, atMany.perSecond, '/s', {
        goal: { at_least: 4_000 },
        ratios: [ratio('few rows', atMany.perSecond, atFew.perSecond, { at_least: 0.8 }), toPosts(atMany.perSecond)],
      }),
      figure(`p99, ${many} rows`, atMany.p99, 'ms', { goal: { at_most: 40 } }),
      // Every list says how many rows there are in all, and these must be counted.
      figure(`requests, all ${many} rows of one tenant`, ofOneTenant.perSecond, '/s', {
        ratios: [ratio('few rows', ofOneTenant.perSecond, atFew.perSecond)],
      }),
    ],
    violations: runs.flatMap(({ failures }) => describeFailures(failures)),
    settings: { connections: CONNECTIONS, tenants },
  };
}

/** Seeds the tables anew. @returns a key of one of the tenants, who has the same share of the rows as every other */
export async function seededTenantKey(
  { database, platform }: Pick<BenchStack, 'database' | 'platform'>,
  rows: { tenants: number; appointments: number },
): Promise<string> {
  await database.query({ text: 'TRUNCATE appointments', values: [] });
  await seedAppointments(database, rows);
  // As autovacuum leaves them: it would come in the middle of the measurement otherwise.
  await database.query({ text: 'VACUUM ANALYZE appointments', values: [] });
  const listed = await platform.request<{ id: string; name: string }[]>('GET', '/platform/v1/tenants?per_page=100');
  const seeded = listed.data.find(({ name }) => name === 'Seed tenant 1');
  return createKey(platform, seeded?.id ?? '');
}

async function listAppointments(
  stack: BenchStack,
  { key, seconds, warm_up_seconds }: { key: string; seconds: number; warm_up_seconds: number },
): Promise<LoadResult> {
  const run = (seconds: number) =>
    stack.load.call(
      'run',
      { ...listSpec(stack, key), pace: { kind: 'closed', callers: CONNECTIONS }, seconds },
      LOAD_MARGIN_MS + seconds * 1_000,
    );
  await run(warm_up_seconds);
  return run(seconds);
}

export function listSpec(stack: Pick<BenchStack, 'apiUrl'>, key: string) {
  return {
    origin: stack.apiUrl,
    method: 'GET' as const,
    path: '/api/v1/appointments',
    token: key,
    bodies: [],
    items_per_request: 1,
    expected_status: 200,
  };
}
