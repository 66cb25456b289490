import { signalChanges, type DeliveryKey, type Executor, type WatchedTenants } from '@switchboard/db';
import type { Logger } from 'pino';

/** Tells those who have a tenant's log open what the API itself has made of deliveries; the rest is the workers' to tell. */
export interface DeliverySignals {
  /** Once it is committed. Never waits and never fails. */
  changed(tenantId: string, deliveries: readonly DeliveryKey[]): void;
}

export interface DeliverySignalsDeps {
  database: Executor;
  watched: Pick<WatchedTenants, 'has'>;
  log: Logger;
}

/** Failure policy: a signal that is lost is not sent again; the attempt that follows is signalled as well. */
export function createDeliverySignals({ database, watched, log }: DeliverySignalsDeps): DeliverySignals {
  return {
    changed: (tenantId, deliveries) => {
      if (deliveries.length === 0 || !watched.has(tenantId)) return;
      signalChanges(database, deliveries, [tenantId]).catch((error: unknown) =>
        log.debug({ err: error }, 'live log: not signalled'),
      );
    },
  };
}
