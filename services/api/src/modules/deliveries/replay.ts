import { startReplayRuns, writeAudit, type Executor, type StartedRun } from '@switchboard/db';
import { AppError, notFound, toPublicId } from '@switchboard/shared';
import type { RequestInfo, TenantScope } from '../../http/route.js';
import type { Announcer } from '../../publishing/announcer.js';
import type { Committer } from '../../publishing/committer.js';
import type { DeliverySignals } from '../../publishing/delivery-signals.js';
import { toDeliveryView } from './presenter.js';
import type { ReplayedSelectionView } from './replayed-selection.js';
import { findDelivery, findReplayable, type DeliveryRow, type ReplayableRow } from './repository.js';
import type { DeliveryView } from './schemas.js';

export interface DeliveryReplayerDeps {
  commit: Committer;
  announcer: Announcer;
  signals: DeliverySignals;
}

export type DeliveryReplayer = ReturnType<typeof createDeliveryReplayer>;

/** A person's second chance for one delivery that has ended, however it did. */
export function createDeliveryReplayer({ commit, announcer, signals }: DeliveryReplayerDeps) {
  /** After the COMMIT: to the workers, and to whoever has the log open. */
  const tellOf = (tenant: TenantScope, started: readonly StartedRun[]) => {
    announcer.announceDeliveries(jobsOf(started));
    signals.changed(tenant.tenant_id, started);
  };
  return {
    /** @throws AppError not_found, or conflict where it has not ended or can no longer be sent */
    async replay(tenant: TenantScope, id: string, request: RequestInfo): Promise<DeliveryView> {
      let started: StartedRun[] = [];
      const view = await commit(request, async ({ transaction }) => {
        const [before] = await findReplayable(transaction, tenant, [id]);
        if (!before) throw notFound();
        const problem = problemOf(before);
        if (problem) throw problem;
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
      tellOf(tenant, started);
      return view;
    },

    /** Some of a list, each of which may be refused without harm to the others. */
    async replaySelected(
      tenant: TenantScope,
      ids: readonly string[],
      request: RequestInfo,
    ): Promise<ReplayedSelectionView> {
      let runs: StartedRun[] = [];
      const view = await commit(request, async ({ transaction }) => {
        const { started, refused } = await startSelected({ transaction, tenant, request }, ids);
        runs = started;
        return {
          replayed: started.map(({ delivery_id }) => toPublicId('delivery', delivery_id)),
          refused: [...refused].map(([id, reason]) => ({ id: toPublicId('delivery', id), reason })),
        };
      });
      tellOf(tenant, runs);
      return view;
    },
  };
}

/** Why it cannot be replayed; null where it can. */
function problemOf(delivery: ReplayableRow): AppError | null {
  if (delivery.status === 'pending') return isPending(delivery);
  if (delivery.run_trigger === 'test') {
    return new AppError('conflict', 'This was a test of the endpoint. Send another test instead of replaying it.');
  }
  if (delivery.endpoint_deleted) return new AppError('conflict', 'Its endpoint is deleted.');
  if (!delivery.endpoint_enabled) {
    return new AppError('conflict', 'Its endpoint is disabled. Enable it and replay the delivery then.');
  }
  if (!delivery.has_event) return new AppError('conflict', 'Its event is no longer kept, so it cannot be sent again.');
  return null;
}

type SelectionContext = { transaction: Executor; tenant: TenantScope; request: RequestInfo };

/** Each by the rules of one, the possible ones in one statement; one entry in the audit log names them all. */
async function startSelected(
  { transaction, tenant, request }: SelectionContext,
  ids: readonly string[],
): Promise<{ started: StartedRun[]; refused: Map<string, string> }> {
  const found = new Map((await findReplayable(transaction, tenant, ids)).map((row) => [row.id, row]));
  const refused = new Map<string, string>();
  const possible: ReplayableRow[] = [];
  for (const id of ids) {
    const row = found.get(id);
    const problem = row ? problemOf(row) : notFound();
    if (problem) refused.set(id, problem.message);
    else if (row) possible.push(row);
  }
  const { tenant_id, mode } = tenant;
  const started = await startReplayRuns(transaction, { tenant_id, mode, replay_id: null }, possible);
  const moved = new Set(started.map(({ delivery_id }) => delivery_id));
  // Between the look and the change somebody else began a run.
  for (const row of possible) if (!moved.has(row.id)) refused.set(row.id, isPending(row).message);
  if (started.length > 0) {
    await writeAudit(transaction, {
      ...{ tenant_id, mode, actor: request.actor, request_id: request.request_id },
      action: 'deliveries.replayed',
      target: { kind: 'delivery', id: started.length === 1 ? (started[0]?.delivery_id ?? null) : null },
      after: { delivery_ids: [...moved].map((id) => toPublicId('delivery', id)) },
    });
  }
  return { started, refused };
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
