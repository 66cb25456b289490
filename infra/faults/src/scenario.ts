import type { Database } from '@switchboard/db';
import { waitUntil } from '@switchboard/local/waiting';
import { auditLedger, type Audit, type Endings } from './ledger/audit.js';
import { latestArrivalMs } from './ledger/arrivals.js';
import { isAccepted, type PublishCall } from './ledger/ledger.js';
import { startSteadyLoad } from './load.js';
import { startFaultStack, type FaultStack, type StackOptions } from './stack/fault-stack.js';

/** One fault: what it is made of, what it does to the running product, and what may come of it at most. */
export interface Scenario {
  /** What happens, in few words: its row in the table. */
  row: string;
  /** The promise that is kept in spite of it. */
  name: string;
  /** Takes so long that only `npm run faults` runs it, not `npm test`. */
  isLong?: boolean;
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
  /** Which calls need not have been answered with 2xx: those whose API died, or that were told 503 with Retry-After. */
  notAccepted?: 'any' | 'unavailable';
  /** POSTs in vain, beside the general bound of those that were in flight at a fault. */
  duplicates?: number;
  /** Receivers whose deliveries may end otherwise than succeeded. */
  endings?: Endings;
}

/** What a run gave: one row of the table of faults. */
export interface ScenarioReport extends Audit {
  name: string;
  accepted: number;
  /** Calls that were refused or never answered. */
  not_accepted: number;
  posts: number;
  settled_after_ms: number;
  api_p95_ms: number;
  api_slowest_ms: number;
  latest_arrival_ms: number;
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
  const { ledger } = stack;
  const tookMs = ledger.calls.map((call) => call.took_ms);
  const audit = await auditLedger(stack, scenario.bounds.endings);
  const made: ScenarioReport = {
    ...audit,
    name: scenario.name,
    accepted: ledger.acceptedIds().length,
    not_accepted: ledger.calls.filter((call) => !isAccepted(call)).length,
    posts: ledger.postCount(),
    settled_after_ms: Math.round(rest.settledAfterMs),
    api_p95_ms: quantile(tookMs, 0.95),
    api_slowest_ms: quantile(tookMs, 1),
    latest_arrival_ms: await latestArrivalMs(stack),
  };
  const notSettled = rest.hasSettled ? [] : [`After ${scenario.bounds.settledWithinMs} ms deliveries are still owed.`];
  return {
    ...made,
    violations: [
      ...notSettled,
      ...boundsBroken(made, scenario.bounds),
      ...refusalsBroken(ledger.calls, scenario.bounds),
      ...audit.violations,
    ],
  };
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.ceil(share * sorted.length) - 1] ?? 0);
}

function boundsBroken(made: ScenarioReport, bounds: Bounds): string[] {
  const broken: string[] = [];
  const check = (what: string, value: number, limit: number | undefined) => {
    if (limit !== undefined && value > limit) broken.push(`${what}: ${value}, where at most ${limit} was allowed.`);
  };
  check('95 of 100 answers of the API took up to (ms)', made.api_p95_ms, bounds.apiP95Ms);
  check('An event arrived late after its commit (ms)', made.latest_arrival_ms, bounds.latestArrivalMs);
  check('POSTs in vain', made.duplicates, bounds.duplicates);
  if (made.delivered + made.dead + made.cancelled === 0) broken.push('Nothing was delivered, so nothing was shown.');
  return broken;
}

function refusalsBroken(calls: readonly PublishCall[], { notAccepted }: Bounds): string[] {
  if (notAccepted === 'any') return [];
  const isFair = ({ status, retry_after }: PublishCall) =>
    notAccepted === 'unavailable' && status === 503 && retry_after !== null;
  const statuses = calls.filter((call) => !isAccepted(call) && !isFair(call)).map(({ status }) => status);
  return statuses.length === 0 ? [] : [`Calls were answered ${[...new Set(statuses)].join(', ')} (0: not at all).`];
}
