import { expectStatus } from '@switchboard/local/demo/api-client';
import { publish, startSteadyLoad } from '../load.js';
import { signatureProblem } from '../ledger/signatures.js';
import type { Scenario } from '../scenario.js';
import { wrongClock } from '../stack/clock.js';
import type { FaultStack } from '../stack/fault-stack.js';
import { waitFor } from '../wait-for.js';
import { endInOrder, pauseBetweenFirstTwo, untilDeliveriesFlowAgain, untilFailed, untilLoadFlows } from './steps.js';

const TEN_MINUTES_MS = 600_000;

/** Replaces every process by a new one, one after the other, as a rolling deploy does. */
async function restartAll(stack: FaultStack): Promise<void> {
  for (const slot of stack.apiUrls.keys()) {
    await endInOrder(stack.api(slot));
    await stack.startApi({}, slot);
  }
  for (const leaving of stack.workers()) {
    await stack.startWorker();
    await endInOrder(leaving);
  }
}

async function rotateSecret(stack: FaultStack, overlapHours: number): Promise<string> {
  const path = `/api/v1/webhook-endpoints/${stack.endpoints.load.id}/rotate-secret`;
  const answer = await stack.tenantApi.request<{ secret: string }>('POST', path, { overlap_hours: overlapHours });
  const { secret } = expectStatus(answer, 200, 'Rotating the secret');
  stack.ledger.noteSecret('load', secret);
  return secret;
}

/** Each of these POSTs must pass at a receiver that knows these secrets and no other. */
function expectSigned({ receivers }: FaultStack, from: number, secret: string): void {
  const problems = receivers.load.posts.slice(from).map((post) => standardProblem(post, secret));
  const wrong = problems.filter((problem) => problem !== null);
  if (problems.length === 0 || wrong.length > 0) {
    throw new Error(`Of ${problems.length} POSTs ${wrong.length} did not verify: ${wrong[0] ?? 'none came'}.`);
  }
}

/** During an overlap the simple header stays with the old secret; only the standard one is asked here. */
function standardProblem(post: Parameters<typeof signatureProblem>[0], secret: string): string | null {
  const problem = signatureProblem(post, [secret]);
  return problem === 'no secret fits its X-Switchboard-Signature' ? null : problem;
}

/** What a process writes into its log is the time it believes it is. */
function expectClocksOff(stack: FaultStack): void {
  for (const worker of stack.workers()) {
    const offMs = Math.abs(Date.parse(String(worker.logs()[0]?.time)) - Date.now());
    if (!(offMs > TEN_MINUTES_MS / 2)) throw new Error(`A worker's clock is ${offMs} ms off only.`);
  }
}

async function publishAndWait(stack: FaultStack, count: number): Promise<number> {
  const { load } = stack.receivers;
  const before = load.posts.length;
  await publish(stack, count);
  await waitFor(`${count} more arrived`, () => load.posts.length >= before + count);
  return before;
}

export const OPERATION_FAULTS: Scenario[] = [
  {
    row: 'SIGTERM rolling restart of API and workers',
    name: 'a rolling restart of API and workers under load: no call fails, nothing is lost, no POST in vain',
    setup: { apiCount: 2, workerCount: 2 },
    load: { perSecond: 40 },
    fault: async (stack) => {
      await untilLoadFlows(stack);
      await restartAll(stack);
      await untilDeliveriesFlowAgain(stack);
    },
    bounds: { settledWithinMs: 20_000, duplicates: 0 },
  },
  {
    row: 'two sweepers at once',
    name: 'two workers that sweep ten times a second bring each due retry back once',
    setup: { workerCount: 2, worker: { SWEEP_INTERVAL: '100ms', RETRY_SCHEDULE: '1s' } },
    fault: async (stack) => {
      const { load } = stack.receivers;
      const seen = new Set<string>();
      load.answerWith(({ headers }) => {
        const id = headers['webhook-id'] ?? '';
        const status = seen.has(id) ? 200 : 500;
        seen.add(id);
        return { status };
      });
      await publish(stack, 8);
      await untilFailed(stack, ['http_status'], 8);
      load.answerWith(() => ({ status: 200 }));
      await publish(stack, 300);
    },
    bounds: { settledWithinMs: 15_000, duplicates: 0 },
  },
  {
    row: 'secret rotated in flight',
    name: 'a secret rotated under load: with the old or the new one every POST verifies, in every worker at once',
    setup: { workerCount: 2 },
    fault: async (stack) => {
      const [oldSecret] = stack.ledger.secretsOf('load') as [string];
      const load = startSteadyLoad(stack, 40);
      await untilLoadFlows(stack);
      const newSecret = await rotateSecret(stack, 24);
      await load.stop();
      await waitFor('all have arrived', () => stack.receivers.load.posts.length >= stack.ledger.acceptedIds().length);
      // What is sent from now on verifies with either.
      const from = await publishAndWait(stack, 20);
      expectSigned(stack, from, oldSecret);
      expectSigned(stack, from, newSecret);
      // Without an overlap the next one counts alone and at once.
      const last = await rotateSecret(stack, 0);
      expectSigned(stack, await publishAndWait(stack, 20), last);
    },
    bounds: { settledWithinMs: 15_000, duplicates: 0 },
  },
  {
    row: 'endpoint deleted with retries due',
    name: 'retries that are due to an endpoint deleted meanwhile are cancelled without a POST',
    setup: { worker: { RETRY_SCHEDULE: '2s' } },
    fault: async (stack) => {
      stack.receivers.load.answerWith(() => ({ status: 500 }));
      await publish(stack, 5);
      await untilFailed(stack, ['http_status'], 5);
      const answer = await stack.tenantApi.request('DELETE', `/api/v1/webhook-endpoints/${stack.endpoints.load.id}`);
      expectStatus(answer, 200, 'Deleting the endpoint');
      await waitFor('the retries are cancelled', async () => (await cancelledAs(stack, 'endpoint_deleted')) === 5);
      if (stack.receivers.load.posts.length !== 5) throw new Error('It got a POST after it was deleted.');
    },
    bounds: { settledWithinMs: 10_000, duplicates: 0, endings: { load: ['cancelled'] } },
  },
  {
    row: 'workers’ clocks 10 min ahead and behind',
    name: 'workers whose clocks are ten minutes off sign with a timestamp that receivers take, and retry on time',
    setup: { worker: { RETRY_SCHEDULE: '2s', ...wrongClock(TEN_MINUTES_MS) } },
    fault: async (stack) => {
      await stack.startWorker(wrongClock(-TEN_MINUTES_MS));
      expectClocksOff(stack);
      const { load } = stack.receivers;
      load.answerWith(() => ({ status: 500 }));
      await publish(stack, 1);
      await untilFailed(stack, ['http_status'], 1);
      load.answerWith(() => ({ status: 200 }));
      await waitFor('it is tried again', () => load.posts.length === 2);
      const pauseMs = pauseBetweenFirstTwo(load);
      if (pauseMs < 1_900 || pauseMs > 6_000) throw new Error(`The retry came after ${pauseMs} ms instead of 2 s.`);
      await publish(stack, 20);
    },
    bounds: { settledWithinMs: 15_000, duplicates: 0 },
  },
];

async function cancelledAs({ database }: FaultStack, reason: string): Promise<number> {
  const rows = await database.query({
    text: `SELECT FROM deliveries WHERE status = 'cancelled' AND cancel_reason = $1`,
    values: [reason],
  });
  return rows.length;
}
