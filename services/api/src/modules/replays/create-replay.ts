import { countFitting, type EndedStatus, type Executor } from '@switchboard/db';
import { AppError, newUuid } from '@switchboard/shared';
import type { RequestInfo, TenantScope } from '../../http/route.js';
import type { Committer } from '../../publishing/committer.js';
import { findEndpoint } from '../webhook-endpoints/repository.js';
import { writeReplayAudit } from './audit.js';
import { toReplayView, withResult } from './presenter.js';
import { insertReplay, lockRunning } from './repository.js';
import type { ReplayWithResultView } from './schemas.js';

/** Which deliveries are asked for; what is not said matches all. */
export interface ReplayRequest {
  endpoint_id?: string | undefined;
  statuses: readonly EndedStatus[];
  event_type?: string | undefined;
  error_code?: string | undefined;
  since?: Date | undefined;
  /** Now, where it is not said. */
  until?: Date | undefined;
}

/** Each takes its own rate of the tenant's receivers and of the workers. */
const MAX_RUNNING = 3;
/** Deliveries looked at to say how many match. */
const MAX_COUNTED = 1_000_000;

/** @throws AppError conflict where the endpoint is disabled or too many run, and what `ifMissing` makes */
export function createReplay(
  commit: Committer,
  tenant: TenantScope,
  { ifMissing, ...asked }: ReplayRequest & { ifMissing: () => AppError },
  request: RequestInfo,
): Promise<ReplayWithResultView> {
  return commit(request, async ({ transaction }) => {
    if (asked.endpoint_id !== undefined) {
      const endpoint = await findEndpoint(transaction, tenant, asked.endpoint_id);
      if (!endpoint) throw ifMissing();
      if (!endpoint.enabled) {
        throw new AppError('conflict', 'The endpoint is disabled. Enable it and replay its deliveries then.');
      }
    }
    const { running, now } = await lockRunning(transaction, tenant);
    if (running >= MAX_RUNNING) {
      throw new AppError('conflict', `${running} replays are running. Wait for one of them, or cancel one.`);
    }
    const replay = await insertMatching(transaction, tenant, asked, now);
    await writeReplayAudit({ transaction, tenant, request }, 'created', replay.id, {
      after: { ...toReplayView(replay).filter, matched: replay.matched },
    });
    return withResult(transaction, tenant, replay);
  });
}

async function insertMatching(transaction: Executor, tenant: TenantScope, asked: ReplayRequest, now: Date) {
  const filter = {
    tenant_id: tenant.tenant_id,
    mode: tenant.mode,
    endpoint_id: asked.endpoint_id ?? null,
    statuses: asked.statuses,
    event_type: asked.event_type ?? null,
    error_code: asked.error_code ?? null,
    since: asked.since ?? null,
    until: asked.until ?? now,
  };
  const matched = await countFitting(transaction, filter, MAX_COUNTED);
  return insertReplay(transaction, { ...filter, id: newUuid(), matched });
}
