import type { ServiceProcess } from '@switchboard/local/servers/service-process';
import { setTimeout as delay } from 'node:timers/promises';
import { recordedAttempts } from '../ledger/ledger.js';
import { publish, startSteadyLoad } from '../load.js';
import { hold } from '../receivers.js';
import type { Scenario } from '../scenario.js';
import type { FaultStack } from '../stack/fault-stack.js';
import { waitFor } from '../wait-for.js';

/** Lets attempts wait in mid-POST for longer than the faults take. */
const PATIENT = { DELIVERY_TIMEOUT: '30s' };

const theWorker = (stack: FaultStack): ServiceProcess => {
  const [worker] = stack.workers();
  if (!worker) throw new Error('No worker is alive.');
  return worker;
};

async function exitOf(service: ServiceProcess, timeoutMs: number): Promise<string> {
  const exit = await Promise.race([service.exited, delay(timeoutMs)]);
  return exit ? String(exit.signal ?? exit.code) : `still running after ${timeoutMs} ms`;
}

export const WORKER_FAULTS: Scenario[] = [
  {
    name: 'a worker killed in mid-POST loses nothing: another makes the attempts again',
    setup: { worker: PATIENT },
    fault: async (stack) => {
      const held = hold(stack.receivers.load);
      await publish(stack, 5);
      await waitFor('five POSTs are under way', () => held.heldCount() === 5);
      await waitFor('the five others are recorded', async () => (await recordedAttempts(stack.database)) === 5);
      await stack.killWorker(theWorker(stack));
      held.release();
      await stack.startWorker();
    },
    // The dead worker's jobs are free after LOCK + STALLED_CHECK = 7 s.
    bounds: { settledWithinMs: 15_000, duplicates: 5, everyCallAccepted: true },
  },
  {
    name: 'a worker killed under load loses nothing',
    load: { perSecond: 60 },
    fault: async (stack) => {
      for (const receiver of [stack.receivers.load, stack.receivers.everything]) {
        receiver.answerWith(() => delay(40).then(() => ({ status: 200 })));
      }
      await waitFor('the load is flowing', () => stack.ledger.postCount() > 50);
      await stack.killWorker(theWorker(stack));
      await stack.startWorker();
    },
    bounds: { settledWithinMs: 20_000, everyCallAccepted: true, apiP95Ms: 500 },
  },
  {
    name: 'a delivery whose worker was killed twice is not given up, and its attempt counts once',
    setup: { worker: PATIENT },
    fault: async (stack) => {
      const held = hold(stack.receivers.load);
      await publish(stack);
      await waitFor('the other delivery is recorded', async () => (await recordedAttempts(stack.database)) === 1);
      for (let kill = 1; kill <= 2; kill += 1) {
        await waitFor(`the POST is under way for the time ${kill}`, () => held.heldCount() === 1);
        await stack.killWorker(theWorker(stack));
        await stack.startWorker();
      }
      await waitFor('the POST is under way once more', () => held.heldCount() === 1);
      held.release();
    },
    bounds: { settledWithinMs: 10_000, duplicates: 2, everyCallAccepted: true },
  },
  {
    name: 'SIGTERM under load: the worker finishes what it has begun and another takes over, without one POST in vain',
    fault: async (stack) => {
      for (const receiver of [stack.receivers.load, stack.receivers.everything]) {
        receiver.answerWith(() => delay(150).then(() => ({ status: 200 })));
      }
      const load = startSteadyLoad(stack, 60);
      await waitFor('the load is flowing', () => stack.ledger.postCount() > 50);
      const leaving = theWorker(stack);
      await stack.startWorker();
      const exited = exitOf(leaving, 15_000);
      process.kill(leaving.pid, 'SIGTERM');
      if ((await exited) !== '0') throw new Error(`The worker ended with ${await exited}, not with 0.`);
      const before = stack.ledger.postCount();
      await waitFor('the other goes on', () => stack.ledger.postCount() > before + 50);
      await load.stop();
    },
    bounds: { settledWithinMs: 15_000, duplicates: 0, everyCallAccepted: true },
  },
  {
    name: 'a worker stopped for longer than its locks hold is passed by, and what it says later changes nothing',
    setup: { worker: PATIENT, workerCount: 2 },
    fault: async (stack) => {
      const held = hold(stack.receivers.load);
      await publish(stack, 20);
      await waitFor('twenty POSTs are under way', () => held.heldCount() === 20);
      await waitFor('the twenty others are recorded', async () => (await recordedAttempts(stack.database)) === 20);
      await stack.ledger.noteUnrecorded();
      const stopped = theWorker(stack);
      process.kill(stopped.pid, 'SIGSTOP');
      // The answers reach the stopped one, which can do nothing with them until it goes on.
      held.release();
      await waitFor('the other has made all attempts', async () => (await recordedAttempts(stack.database)) === 40);
      process.kill(stopped.pid, 'SIGCONT');
      await waitFor('it hears that others were first', () => stopped.logs().some((line) => line.superseded === true));
      await publish(stack, 20);
    },
    bounds: { settledWithinMs: 15_000, duplicates: 20, everyCallAccepted: true },
  },
];
