import { setTimeout as delay } from 'node:timers/promises';
import { recordedAttempts } from '../ledger/ledger.js';
import { publish, startSteadyLoad } from '../load.js';
import { hold } from '../receivers.js';
import type { Scenario } from '../scenario.js';
import type { FaultStack } from '../stack/fault-stack.js';
import { endWorkerConnections, untilWorkerStandsAt, whileLocked } from '../stack/locks.js';
import { waitFor } from '../wait-for.js';
import { endInOrder, PATIENT, theWorker, untilFailed, untilLoadFlows } from './steps.js';

function slowReceivers({ receivers }: FaultStack, answerMs: number): void {
  for (const receiver of [receivers.load, receivers.everything]) {
    receiver.answerWith(() => delay(answerMs).then(() => ({ status: 200 })));
  }
}

const untilRecorded = (stack: FaultStack, count: number) =>
  waitFor(`${count} attempts are recorded`, async () => (await recordedAttempts(stack.database)) === count);

/** Kills the only worker where its statement that contains `text` stands at a lock, with all it had under way. */
async function killStandingAt(stack: FaultStack, text: string): Promise<void> {
  await untilWorkerStandsAt(stack.database, text);
  await stack.killWorker(theWorker(stack));
  await endWorkerConnections(stack.database);
}

/** Kills each worker that has one and the same delivery in mid-POST. */
const killedAgainAndAgain = (times: number) => async (stack: FaultStack) => {
  const held = hold(stack.receivers.load);
  await publish(stack);
  await untilRecorded(stack, 1);
  for (let kill = 1; kill <= times; kill += 1) {
    await waitFor(`the POST is under way for the time ${kill}`, () => held.heldCount() === 1);
    await stack.killWorker(theWorker(stack));
    await stack.startWorker();
  }
  await waitFor('the POST is under way once more', () => held.heldCount() === 1);
  held.release();
};

export const WORKER_FAULTS: Scenario[] = [
  {
    row: 'worker kill -9 before the POST',
    name: 'a worker killed before its POST has sent nothing, and another sends it once',
    setup: { worker: { RETRY_SCHEDULE: '2s' } },
    fault: async (stack) => {
      stack.receivers.load.answerWith(() => ({ status: 500 }));
      await publish(stack);
      await untilFailed(stack, ['http_status'], 1);
      stack.receivers.load.answerWith(() => ({ status: 200 }));
      // A retry stands still where it loads its delivery.
      await whileLocked(stack.database, 'LOCK TABLE events IN ACCESS EXCLUSIVE MODE', () =>
        killStandingAt(stack, 'AS data_json'),
      );
      await stack.startWorker();
    },
    bounds: { settledWithinMs: 15_000, duplicates: 0 },
  },
  {
    row: 'worker kill -9 during the POST',
    name: 'a worker killed in mid-POST loses nothing: another makes the attempts again',
    setup: { worker: PATIENT },
    fault: async (stack) => {
      const held = hold(stack.receivers.load);
      await publish(stack, 5);
      await waitFor('five POSTs are under way', () => held.heldCount() === 5);
      await untilRecorded(stack, 5);
      await stack.killWorker(theWorker(stack));
      held.release();
      await stack.startWorker();
    },
    // The dead worker's jobs are free after LOCK + STALLED_CHECK = 7 s.
    bounds: { settledWithinMs: 15_000, duplicates: 5 },
  },
  {
    row: 'worker kill -9 after the 200, before the record',
    name: 'a worker killed between the receiver’s 200 and its record makes that one POST again, and no other',
    setup: { worker: PATIENT },
    fault: async (stack) => {
      const held = hold(stack.receivers.load);
      await publish(stack);
      await waitFor('the POST is under way', () => held.heldCount() === 1);
      await untilRecorded(stack, 1);
      await whileLocked(stack.database, `SELECT FROM deliveries WHERE status = 'pending' FOR UPDATE`, () => {
        held.release();
        return killStandingAt(stack, 'attempt_count = g.number');
      });
      await stack.startWorker();
    },
    bounds: { settledWithinMs: 15_000, duplicates: 1 },
  },
  {
    row: 'worker kill -9 twice on one delivery',
    name: 'a delivery whose worker was killed twice is not given up, and its attempt counts once',
    isLong: true,
    setup: { worker: PATIENT },
    fault: killedAgainAndAgain(2),
    bounds: { settledWithinMs: 10_000, duplicates: 2 },
  },
  {
    row: 'worker kill -9 five times on one delivery',
    name: 'a delivery whose worker was killed five times is not given up, and its attempt counts once',
    isLong: true,
    setup: { worker: PATIENT },
    fault: killedAgainAndAgain(5),
    bounds: { settledWithinMs: 10_000, duplicates: 5 },
  },
  {
    row: 'worker kill -9 under load',
    name: 'a worker killed under load loses nothing',
    isLong: true,
    load: { perSecond: 60 },
    fault: async (stack) => {
      slowReceivers(stack, 40);
      await untilLoadFlows(stack);
      await stack.killWorker(theWorker(stack));
      await stack.startWorker();
    },
    bounds: { settledWithinMs: 20_000, apiP95Ms: 500 },
  },
  {
    row: 'worker SIGTERM under load',
    name: 'SIGTERM under load: the worker finishes what it has begun and another takes over, without one POST in vain',
    isLong: true,
    fault: async (stack) => {
      slowReceivers(stack, 150);
      const load = startSteadyLoad(stack, 60);
      await untilLoadFlows(stack);
      const leaving = theWorker(stack);
      await stack.startWorker();
      await endInOrder(leaving);
      const before = stack.ledger.postCount();
      await waitFor('the other goes on', () => stack.ledger.postCount() > before + 50);
      await load.stop();
    },
    bounds: { settledWithinMs: 15_000, duplicates: 0 },
  },
  {
    row: 'worker blocked (SIGSTOP) past its locks',
    name: 'a worker stopped for longer than its locks hold is passed by, and what it says later changes nothing',
    setup: { worker: PATIENT, workerCount: 2 },
    fault: async (stack) => {
      const held = hold(stack.receivers.load);
      await publish(stack, 20);
      await waitFor('twenty POSTs are under way', () => held.heldCount() === 20);
      await untilRecorded(stack, 20);
      await stack.ledger.noteUnrecorded();
      const stopped = theWorker(stack);
      process.kill(stopped.pid, 'SIGSTOP');
      // The answers reach the stopped one, which can do nothing with them until it goes on.
      held.release();
      await untilRecorded(stack, 40);
      process.kill(stopped.pid, 'SIGCONT');
      await waitFor('it hears that others were first', () => stopped.logs().some((line) => line.superseded === true));
      await publish(stack, 20);
    },
    bounds: { settledWithinMs: 15_000, duplicates: 20 },
  },
];
