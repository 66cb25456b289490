import type { Database } from '@switchboard/db';
import { AppError, notFound, validationFailed, type ListMeta } from '@switchboard/shared';
import type { CursorRequest } from '../../http/pagination.js';
import type { RequestInfo, TenantScope } from '../../http/route.js';
import type { Committer } from '../../publishing/committer.js';
import { writeReplayAudit } from './audit.js';
import { createReplay, type ReplayRequest } from './create-replay.js';
import { toReplayView, withResult } from './presenter.js';
import { cancelReplay, findReplay, listReplays } from './repository.js';
import type { ReplayView, ReplayWithResultView } from './schemas.js';

export interface ReplayServiceDeps {
  database: Database;
  commit: Committer;
}

export type ReplayService = ReturnType<typeof createReplayService>;

/** Replays of many deliveries: asked for and watched here, made by the workers. */
export function createReplayService({ database, commit }: ReplayServiceDeps) {
  return {
    /** @throws AppError validation_failed where there is no such endpoint, or conflict */
    async create(tenant: TenantScope, asked: ReplayRequest, request: RequestInfo): Promise<ReplayWithResultView> {
      if (asked.since && asked.until && asked.until <= asked.since) {
        throw validationFailed([{ path: 'until', message: 'must be after since' }]);
      }
      const ifMissing = () => validationFailed([{ path: 'endpoint_id', message: 'there is no endpoint with this id' }]);
      return createReplay(commit, tenant, { ...asked, ifMissing }, request);
    },

    /** Everything of one endpoint that did not arrive. @throws AppError not_found or conflict */
    recover(
      tenant: TenantScope,
      endpoint_id: string,
      since: Date,
      request: RequestInfo,
    ): Promise<ReplayWithResultView> {
      const missed = { endpoint_id, statuses: ['dead', 'cancelled'], since } as const;
      return createReplay(commit, tenant, { ...missed, ifMissing: notFound }, request);
    },

    async list(
      tenant: TenantScope,
      filter: { status?: string | undefined },
      page: CursorRequest,
    ): Promise<{ data: ReplayView[]; meta: ListMeta }> {
      const { rows, meta } = await listReplays(database, tenant, filter, page);
      return { data: rows.map(toReplayView), meta };
    },

    async show(tenant: TenantScope, id: string): Promise<ReplayWithResultView> {
      const row = await findReplay(database, tenant, id);
      if (!row) throw notFound();
      return withResult(database, tenant, row);
    },

    /** What was set going already goes on. @throws AppError not_found, or conflict where it has ended */
    cancel: (tenant: TenantScope, id: string, request: RequestInfo): Promise<ReplayWithResultView> =>
      commit(request, async ({ transaction }) => {
        const cancelled = await cancelReplay(transaction, tenant, id);
        if (!cancelled) {
          const ended = await findReplay(transaction, tenant, id);
          if (!ended) throw notFound();
          throw new AppError('conflict', `The replay is ${ended.status} already.`);
        }
        const { matched, replayed } = cancelled;
        await writeReplayAudit({ transaction, tenant, request }, 'cancelled', id, { after: { matched, replayed } });
        return withResult(transaction, tenant, cancelled);
      }),
  };
}
