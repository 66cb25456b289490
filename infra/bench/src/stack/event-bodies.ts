import { eventTypeOf } from './tenant.js';

/** What the whole webhook takes is about 1 KB then. */
const FILLER_BYTES = 800;

export interface EventBodies {
  tenantId: string;
  groups: number;
  batch: number;
}

/**
 * Bodies that publish `batch` events each, of all groups in turn. They are made once: the load generator must not spend
 * the machine on JSON.
 */
export function eventBodies({ tenantId, groups, batch }: EventBodies): string[] {
  return Array.from({ length: groups }, (_, shift) => {
    const events = Array.from({ length: batch }, (_, index) => ({
      tenant_id: tenantId,
      event: eventTypeOf((shift + index) % groups),
      data: { id: `made_${shift}_${index}`, total: 4_500, note: 'x'.repeat(FILLER_BYTES) },
    }));
    return JSON.stringify(batch === 1 ? events[0] : events);
  });
}
