import type { Database } from '@switchboard/db';
import { notFound, toPublicId, type ListMeta } from '@switchboard/shared';
import type { CursorRequest } from '../../http/pagination.js';
import type { TenantScope } from '../../http/route.js';
import { findEvent, listEvents, type EventFilter, type EventRow } from './repository.js';

export interface EventView {
  id: string;
  event: string;
  created_at: string;
  is_test: boolean;
  data: unknown;
}

export type EventService = ReturnType<typeof createEventService>;

export function createEventService({ database }: { database: Database }) {
  return {
    async list(
      tenant: TenantScope,
      filter: EventFilter,
      page: CursorRequest,
    ): Promise<{ data: EventView[]; meta: ListMeta }> {
      const { rows, meta } = await listEvents(database, tenant, filter, page);
      return { data: rows.map(toView), meta };
    },

    async show(tenant: TenantScope, id: string): Promise<EventView> {
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
    is_test: row.is_test,
    data: JSON.parse(row.data) as unknown,
  };
}
