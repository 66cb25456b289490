import { idInput, idOutput, isEventName, text, timeOutput } from '@switchboard/shared';
import { z } from 'zod';

export const MAX_EVENTS_PER_REQUEST = 500;

/** Deeper than any real event, and far from where JSON.stringify runs out of stack. */
const MAX_DATA_DEPTH = 64;

/** An object as it came, not a copy: what the platform sent is what is serialised. */
const eventData = z
  .custom<Record<string, unknown>>(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    'must be an object',
  )
  .refine((value) => depthOf(value) <= MAX_DATA_DEPTH, `must not be nested more than ${MAX_DATA_DEPTH} levels deep`);

const eventToPublish = z.strictObject({
  tenant_id: idInput('tenant'),
  mode: z.enum(['live', 'test']).default('live'),
  event: z.string().refine(isEventName, 'must be resource.past_tense in lower case, like "invoice.paid"'),
  data: eventData,
  idempotency_key: text(1, 255).optional(),
});

const batchToPublish = z.array(eventToPublish).min(1, 'must hold at least one event').max(MAX_EVENTS_PER_REQUEST);

/** One event or an array of them. Chosen by the value's own shape, so that an error names the field and not "invalid union". */
export const publishBody = z.unknown().transform((value, context) => {
  const isBatch = Array.isArray(value);
  const result = isBatch ? batchToPublish.safeParse(value) : eventToPublish.safeParse(value);
  if (!result.success) {
    for (const issue of result.error.issues) context.issues.push({ ...issue, input: value } as never);
    return z.NEVER;
  }
  return { is_batch: isBatch, events: [result.data].flat() };
});

export const publishedEventSchema = z.object({
  id: idOutput('event'),
  event: z.string(),
  tenant_id: idOutput('tenant'),
  mode: z.enum(['live', 'test']),
  created_at: timeOutput(),
});

/** Level by level and not by recursion, which the input could drive out of stack. */
function depthOf(value: object): number {
  let depth = 0;
  let level: object[] = [value];
  while (level.length > 0 && depth <= MAX_DATA_DEPTH) {
    depth += 1;
    level = level.flatMap((item) =>
      Object.values(item).filter((child): child is object => typeof child === 'object' && child !== null),
    );
  }
  return depth;
}
