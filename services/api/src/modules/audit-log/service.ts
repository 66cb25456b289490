import type { Database } from '@switchboard/db';
import type { ListMeta } from '@switchboard/shared';
import type { CursorRequest } from '../../http/pagination.js';
import type { TenantContext } from '../../http/route.js';
import { toAuditEntryView } from './presenter.js';
import { findActorNames, listAuditEntries, readAuditEntries, type AuditFilter, type AuditRow } from './repository.js';
import type { AuditEntryView } from './schemas.js';

export type AuditLogService = ReturnType<typeof createAuditLogService>;

const BATCH_SIZE = 500;

export function createAuditLogService({ database }: { database: Database }) {
  const shown = async ({ tenant_id }: TenantContext, rows: AuditRow[]): Promise<AuditEntryView[]> => {
    const names = await findActorNames(database, tenant_id, rows);
    return rows.map((row) => toAuditEntryView(row, names));
  };
  return {
    async list(
      tenant: TenantContext,
      filter: AuditFilter,
      page: CursorRequest,
    ): Promise<{ data: AuditEntryView[]; meta: ListMeta }> {
      const { rows, meta } = await listAuditEntries(database, tenant.tenant_id, withinReach(tenant, filter), page);
      return { data: await shown(tenant, rows), meta };
    },

    /** All of them, newest first, a batch at a time: no more than one is in memory. */
    async *all(tenant: TenantContext, filter: AuditFilter): AsyncGenerator<AuditEntryView[]> {
      const reach = withinReach(tenant, filter);
      let afterId: string | null = null;
      for (;;) {
        const rows: AuditRow[] = await readAuditEntries(database, tenant.tenant_id, reach, {
          afterId,
          limit: BATCH_SIZE,
        });
        if (rows.length > 0) yield await shown(tenant, rows);
        if (rows.length < BATCH_SIZE) return;
        afterId = rows.at(-1)?.id ?? null;
      }
    },
  };
}

/** Who came by a link is in one mode and in nothing that concerns the tenant's people. */
function withinReach({ caller, mode }: TenantContext, filter: AuditFilter): AuditFilter {
  return caller.kind === 'portal_link' ? { ...filter, mode } : filter;
}
