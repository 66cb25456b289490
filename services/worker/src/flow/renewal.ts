import { renewClaims, type Executor } from '@switchboard/db';
import type { Logger } from 'pino';
import { startLoop, type Loop } from '../lifecycle/loop.js';
import type { OwnLanes } from './own-lanes.js';

export interface RenewalDeps {
  database: Executor;
  lanes: Pick<OwnLanes, 'inHandLongerThan'>;
  log: Logger;
  /** What a claim begins with. */
  leaseMs: number;
}

/** A claim is renewed so often before it would run out that one late turn of the loop loses none. */
const RENEWALS_PER_LEASE = 3;

/**
 * Keeps the claims on what this worker has in hand for long. An attempt takes milliseconds, so that hardly any claim is
 * ever renewed. With the database away claims run out, and at worst a POST is made twice (invariant 5).
 */
export function startRenewal({ database, lanes, log, leaseMs }: RenewalDeps): Loop {
  const intervalMs = leaseMs / RENEWALS_PER_LEASE;
  return startLoop({
    name: 'claims',
    intervalMs,
    log,
    run: async () => {
      const inHand = lanes.inHandLongerThan(intervalMs / 2);
      if (inHand.length > 0) await renewClaims(database, inHand, leaseMs);
      return false;
    },
  });
}
