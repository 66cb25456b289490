import type { Database } from '@switchboard/db';
import { waitUntil } from '@switchboard/local/waiting';
import { auditLedger } from './ledger/audit.js';
import { latestArrivalMs } from './ledger/arrivals.js';
import { isAccepted, recordedAttempts } from './ledger/ledger.js';
import { startSteadyLoad } from './load.js';
import { startFaultStack, type FaultStack, type StackOptions } from './stack/fault-stack.js';

/** One fault: what it is made of, what it does to the running product, and what may come of it at most. */
export interface Scenario {
  /** The promise that is kept in spite of it. */
  name: string;
  setup?: Omit<StackOptions, 'databaseUrl'>;
  /** Published while the fault is made; the fault publishes itself where it matters when. */
  load?: { perSecond: number };
  /** Makes the fault, and mends it where it would not mend itself. */
  fault(stack: FaultStack): Promise<void>;
  bounds: Bounds;
}

export interface Bounds {
  /** From the end of fault and load until nothing is owed any more. */
  settledWithinMs: number;
  /**
   * What 95 of 100 answers of the API took at most. Not the slowest one: a machine that is busy with other tests makes
   * one call wait, a call that waits for the queue makes all of an outage's calls wait.
   */
  apiP95Ms?: number;
  /** From an event's commit until it first arrived. */
  latestArrivalMs?: number;
  /** Whether every call must have been answered with 2xx. */
  everyCallAccepted?: boolean;
  /** POSTs in vain, beside the general bound of those that were in flight at a fault. */
  duplicates?: number;
}

/** What a run gave: one row of the table of faults. */
export interface ScenarioReport {
  name: string;
  accepted: number;
  /** Calls that were refused or never answered. */
  not_accepted: number;
  posts: number;
  duplicates: number;
  settled_after_ms: number;
  api_p95_ms: number;
  api_slowest_ms: number;
  latest_arrival_ms: number;
  /** One sentence each; empty where every promise was kept. */
  violations: string[];
}

/** @param databaseUrl a migrated, empty database of the run's own */
export async function runScenario(scenario: Scenario, databaseUrl: string): Promise<ScenarioReport> {
  const stack = await startFaultStack({ ...scenario.setup, databaseUrl });
  try {
    const load = scenario.load && startSteadyLoad(stack, scenario.load.perSecond);
    try {
      await scenario.fault(stack);
    } finally {
      await load?.stop();
    }
    const restFrom = performance.now();
    const hasSettled = await waitUntil(async () => ((await owedCount(stack.database)) === 0 ? true : undefined), {
      timeoutMs: scenario.bounds.settledWithinMs,
    });
    return await report(scenario, stack, {
      hasSettled: hasSettled === true,
      settledAfterMs: performance.now() - restFrom,
    });
  } finally {
    await stack.stop();
  }
}

/** Events not fanned out and deliveries not ended. */
async function owedCount(database: Database): Promise<number> {
  const [row] = await database.query<{ count: number }>({
    text: `SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM deliveries WHERE status = 'pending') AS count`,
    values: [],
  });
  return row?.count ?? 0;
}

async function report(
  scenario: Scenario,
  stack: FaultStack,
  rest: { hasSettled: boolean; settledAfterMs: number },
): Promise<ScenarioReport> {
  const { ledger, database } = stack;
  const tookMs = ledger.calls.map((call) => call.took_ms);
  const made: ScenarioReport = {
    name: scenario.name,
    accepted: ledger.acceptedIds().length,
    not_accepted: ledger.calls.filter((call) => !isAccepted(call)).length,
    posts: ledger.postCount(),
    duplicates: ledger.postCount() - (await recordedAttempts(database)),
    settled_after_ms: Math.round(rest.settledAfterMs),
    api_p95_ms: quantile(tookMs, 0.95),
    api_slowest_ms: quantile(tookMs, 1),
    latest_arrival_ms: await latestArrivalMs(stack),
    violations: [],
  };
  const notSettled = rest.hasSettled ? [] : [`After ${scenario.bounds.settledWithinMs} ms deliveries are still owed.`];
  return {
    ...made,
    violations: [
      ...notSettled,
      ...boundsBroken(made, scenario.bounds, ledger.calls.length),
      ...(await auditLedger(stack)),
    ],
  };
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.ceil(share * sorted.length) - 1] ?? 0);
}

function boundsBroken(made: ScenarioReport, bounds: Bounds, callCount: number): string[] {
  const broken: string[] = [];
  const check = (what: string, value: number, limit: number | undefined) => {
    if (limit !== undefined && value > limit) broken.push(`${what}: ${value}, where at most ${limit} was allowed.`);
  };
  check('95 of 100 answers of the API took up to (ms)', made.api_p95_ms, bounds.apiP95Ms);
  check('An event arrived late after its commit (ms)', made.latest_arrival_ms, bounds.latestArrivalMs);
  check('POSTs in vain', made.duplicates, bounds.duplicates);
  check('Calls that were not accepted', made.not_accepted, bounds.everyCallAccepted ? 0 : undefined);
  if (bounds.everyCallAccepted && callCount === 0) broken.push('Nothing was published.');
  return broken;
}
