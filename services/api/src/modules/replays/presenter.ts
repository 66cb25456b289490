import type { Executor } from '@switchboard/db';
import { toPublicId } from '@switchboard/shared';
import type { TenantScope } from '../../http/route.js';
import { countResult, type ReplayRow } from './repository.js';
import type { ReplayView, ReplayWithResultView } from './schemas.js';

export function toReplayView(row: ReplayRow): ReplayView {
  return {
    id: toPublicId('replay', row.id),
    status: row.status,
    filter: {
      endpoint_id: row.endpoint_id && toPublicId('endpoint', row.endpoint_id),
      status: row.statuses,
      event: row.event_type,
      error: row.error_code,
      since: row.since?.toISOString() ?? null,
      until: row.until.toISOString(),
    },
    matched: row.matched,
    replayed: row.replayed,
    skipped: row.skipped,
    created_at: row.created_at.toISOString(),
    completed_at: row.completed_at?.toISOString() ?? null,
  };
}

export async function withResult(
  executor: Executor,
  tenant: TenantScope,
  row: ReplayRow,
): Promise<ReplayWithResultView> {
  return { ...toReplayView(row), result: await countResult(executor, tenant, row.id) };
}
