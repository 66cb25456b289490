import type { Database } from '@switchboard/db';
import { notFound, type ListMeta } from '@switchboard/shared';
import type { CursorRequest } from '../../http/pagination.js';
import type { TenantScope } from '../../http/route.js';
import { findEvent } from '../events/repository.js';
import { bodyOf, toAttemptView, toDeliveryView } from './presenter.js';
import { findDelivery, listAttempts, listDeliveries, type DeliveryFilter } from './repository.js';
import type { AttemptView, DeliveryView } from './schemas.js';

export type DeliveryService = ReturnType<typeof createDeliveryService>;

export function createDeliveryService({ database }: { database: Database }) {
  return {
    async list(
      tenant: TenantScope,
      filter: DeliveryFilter,
      page: CursorRequest,
    ): Promise<{ data: DeliveryView[]; meta: ListMeta }> {
      const { rows, meta } = await listDeliveries(database, tenant, filter, page);
      return { data: rows.map(toDeliveryView), meta };
    },

    async show(tenant: TenantScope, id: string): Promise<DeliveryView & { attempts: AttemptView[] }> {
      const row = await findDelivery(database, tenant, id);
      if (!row) throw notFound();
      const [attempts, event] = await Promise.all([
        listAttempts(database, tenant, id),
        findEvent(database, tenant, row.event_id),
      ]);
      const body = event ? bodyOf(tenant, row, event) : '';
      return { ...toDeliveryView(row), attempts: attempts.map((attempt) => toAttemptView(attempt, body)) };
    },
  };
}
