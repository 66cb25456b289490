import { toPublicId } from '../ids/ids.js';

/** What an event's webhook body is made of. `data_json` is the data as it was serialised once, when it was accepted. */
export interface EnvelopeParts {
  event: string;
  event_id: string;
  tenant_id: string;
  created_at: Date;
  data_json: string;
}

/**
 * The body of every webhook of this event. Every part is fixed once the event is committed and the data is taken as
 * text, so the bytes are the same on every attempt, in every process, for ever (invariant 6).
 *
 * @param parts ids are UUIDs; they leave as TypeIDs
 */
export function webhookBody(parts: EnvelopeParts): string {
  const eventId = toPublicId('event', parts.event_id);
  const tenantId = toPublicId('tenant', parts.tenant_id);
  return (
    `{"event":"${parts.event}","event_id":"${eventId}","tenant_id":"${tenantId}",` +
    `"created_at":"${parts.created_at.toISOString()}","data":${parts.data_json}}`
  );
}
