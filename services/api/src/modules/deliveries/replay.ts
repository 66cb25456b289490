import { startReplayRuns, writeAudit, type StartedRun } from '@switchboard/db';
import { AppError, notFound } from '@switchboard/shared';
import type { RequestInfo, TenantScope } from '../../http/route.js';
import type { Announcer } from '../../publishing/announcer.js';
import type { Committer } from '../../publishing/committer.js';
import { toDeliveryView } from './presenter.js';
import { findDelivery, findReplayable, type DeliveryRow, type ReplayableRow } from './repository.js';
import type { DeliveryView } from './schemas.js';

export interface DeliveryReplayerDeps {
  commit: Committer;
  announcer: Announcer;
}

export type DeliveryReplayer = ReturnType<typeof createDeliveryReplayer>;

/** A person's second chance for one delivery that has ended, however it did. */
export function createDeliveryReplayer({ commit, announcer }: DeliveryReplayerDeps) {
  return {
    /** @throws AppError not_found, or conflict where it has not ended or can no longer be sent */
    async replay(tenant: TenantScope, id: string, request: RequestInfo): Promise<DeliveryView> {
      let started: StartedRun[] = [];
      const view = await commit(request, async ({ transaction }) => {
        const before = await findReplayable(transaction, tenant, id);
        if (!before) throw notFound();
        requireReplayable(before);
        const { tenant_id, mode } = tenant;
        started = await startReplayRuns(transaction, { tenant_id, mode, replay_id: null }, [before]);
        const after = await findDelivery(transaction, tenant, id);
        if (!after) throw notFound();
        // Between the look and the change somebody else began a run.
        if (started.length === 0) throw isPending(after);
        await writeAudit(transaction, {
          ...{ tenant_id, mode, actor: request.actor, request_id: request.request_id },
          action: 'delivery.replayed',
          target: { kind: 'delivery', id },
          before: { status: before.status, attempt_count: before.attempt_count },
        });
        return toDeliveryView(after);
      });
      announcer.announceDeliveries(jobsOf(started));
      return view;
    },
  };
}

function requireReplayable(delivery: ReplayableRow): void {
  if (delivery.status === 'pending') throw isPending(delivery);
  if (delivery.run_trigger === 'test') {
    throw new AppError('conflict', 'This was a test of the endpoint. Send another test instead of replaying it.');
  }
  if (delivery.endpoint_deleted) throw new AppError('conflict', 'Its endpoint is deleted.');
  if (!delivery.endpoint_enabled) {
    throw new AppError('conflict', 'Its endpoint is disabled. Enable it and replay the delivery then.');
  }
  if (!delivery.has_event) throw new AppError('conflict', 'Its event is no longer kept, so it cannot be sent again.');
}

/** An automatic retry is never disturbed; a caller that knows when it comes can wait for it. */
function isPending({ next_attempt_at }: DeliveryRow): AppError {
  const when = next_attempt_at ? ` Its next attempt is at ${next_attempt_at.toISOString()}.` : '';
  return new AppError('conflict', `The delivery has not ended.${when}`);
}

/** What an endpoint takes in turn is found in PostgreSQL when its turn has come; a job of it would be dropped. */
function jobsOf(started: readonly StartedRun[]) {
  return started.flatMap(({ is_held, ...job }) => (is_held ? [] : [{ ...job, delay_ms: 0 }]));
}
