import type { Database } from '@switchboard/db';
import { notFound, toPublicId, type ListMeta } from '@switchboard/shared';
import { cursorMeta, type CursorRequest } from '../../http/pagination.js';
import type { TenantContext } from '../../http/route.js';
import { countEvents, findEvent, listEvents, type EventFilter, type EventRow } from './repository.js';

export interface EventView {
  id: string;
  event: string;
  created_at: string;
  data: unknown;
}

export type EventService = ReturnType<typeof createEventService>;

export function createEventService({ database }: { database: Database }) {
  return {
    async list(
      tenant: TenantContext,
      filter: EventFilter,
      page: CursorRequest,
    ): Promise<{ data: EventView[]; meta: ListMeta }> {
      const [rows, total] = await Promise.all([
        listEvents(database, tenant, filter, page),
        page.kind === 'page' ? countEvents(database, tenant, filter) : undefined,
      ]);
      return { data: rows.map(toView), meta: cursorMeta(page, rows, total) };
    },

    async show(tenant: TenantContext, id: string): Promise<EventView> {
      const row = await findEvent(database, tenant, id);
      if (!row) throw notFound();
      return toView(row);
    },
  };
}

function toView(row: EventRow): EventView {
  return {
    id: toPublicId('event', row.id),
    event: row.type,
    created_at: row.created_at.toISOString(),
    data: JSON.parse(row.data) as unknown,
  };
}
