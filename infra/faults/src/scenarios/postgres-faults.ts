import { setTimeout as delay } from 'node:timers/promises';
import { recordedAttempts } from '../ledger/ledger.js';
import { publish, publishUntilAccepted } from '../load.js';
import { hold } from '../receivers.js';
import type { Scenario } from '../scenario.js';
import { waitFor } from '../wait-for.js';
import { PATIENT, untilDeliveriesFlowAgain, untilLoadFlows } from './steps.js';

const OUTAGE_MS = 3_000;

export const POSTGRES_FAULTS: Scenario[] = [
  {
    row: 'PostgreSQL restarted under load',
    name: 'PostgreSQL restarted under load: the API answers 503 with Retry-After, never a false 2xx, and nothing is lost',
    setup: { ownPostgres: true },
    load: { perSecond: 25 },
    fault: async (stack) => {
      await untilLoadFlows(stack);
      await stack.postgres().stop();
      const refused = await publish(stack);
      if (refused.status !== 503) throw new Error(`Publishing without PostgreSQL was answered ${refused.status}.`);
      await delay(OUTAGE_MS);
      await stack.postgres().start();
      await untilDeliveriesFlowAgain(stack);
    },
    bounds: { settledWithinMs: 20_000, duplicates: 0, notAccepted: 'unavailable' },
  },
  {
    row: 'PostgreSQL kill -9 under load',
    name: 'PostgreSQL killed under load: what was accepted is there after its recovery, and is delivered',
    isLong: true,
    setup: { ownPostgres: true },
    load: { perSecond: 25 },
    fault: async (stack) => {
      await untilLoadFlows(stack);
      await stack.postgres().kill();
      await stack.postgres().start();
      await untilDeliveriesFlowAgain(stack);
    },
    bounds: { settledWithinMs: 20_000, duplicates: 0, notAccepted: 'unavailable' },
  },
  {
    row: 'PostgreSQL kill -9 after the receiver’s 200',
    name: 'PostgreSQL killed while a POST is under way: its 200 is recorded when PostgreSQL is back, and it is not sent again',
    setup: { ownPostgres: true, worker: PATIENT },
    fault: async (stack) => {
      const held = hold(stack.receivers.load);
      await publish(stack, 5);
      await waitFor('five POSTs are under way', () => held.heldCount() === 5);
      await waitFor('the five others are recorded', async () => (await recordedAttempts(stack.database)) === 5);
      await stack.postgres().kill();
      held.release();
      await waitFor('all POSTs are answered', () => stack.receivers.load.inHandCount() === 0);
      await stack.postgres().start();
      await publishUntilAccepted(stack, 2);
    },
    bounds: { settledWithinMs: 20_000, duplicates: 0, notAccepted: 'unavailable' },
  },
];
