import { idInput, idOutput, isEventName, text, timeOutput } from '@switchboard/shared';
import { z } from 'zod';

export const MAX_EVENTS_PER_REQUEST = 500;

/** Deeper than any real event, and far from where JSON.stringify runs out of stack. */
const MAX_DATA_DEPTH = 64;

/** Described for the document, which cannot see what code checks. */
const documentedData = z.record(z.string(), z.unknown()).meta({ example: { id: 'inv_1029', total: 4500 } });

/** An object as it came, not a copy: what was sent is what is serialised. */
const eventData = z
  .custom<Record<string, unknown>>(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    'must be an object',
  )
  .refine((value) => depthOf(value) <= MAX_DATA_DEPTH, `must not be nested more than ${MAX_DATA_DEPTH} levels deep`)
  .meta({ documented_as: documentedData });

const eventToPublish = z.strictObject({
  tenant_id: idInput('tenant'),
  mode: z.enum(['live', 'test']).default('live'),
  event: z
    .string()
    .refine(isEventName, 'must be resource.past_tense in lower case, like "invoice.paid"')
    .meta({ example: 'invoice.paid' }),
  data: eventData,
  idempotency_key: text(1, 255).optional(),
});

/** A tenant's own key implies tenant and mode. */
const ownEvent = eventToPublish.omit({ tenant_id: true, mode: true });

/** One event or an array of them. Chosen by the value's own shape, so that an error names the field and not "invalid union". */
function oneOrMany<S extends z.ZodType>(one: S) {
  const many = z.array(one).min(1, 'must hold at least one event').max(MAX_EVENTS_PER_REQUEST);
  return z
    .unknown()
    .transform((value, context): { is_batch: boolean; events: z.output<S>[] } => {
      const is_batch = Array.isArray(value);
      const result = is_batch ? many.safeParse(value) : one.safeParse(value);
      if (result.success) return { is_batch, events: [result.data].flat() as z.output<S>[] };
      for (const issue of result.error.issues) context.issues.push({ ...issue, input: value } as never);
      return z.NEVER;
    })
    .meta({ documented_as: z.union([one, many]) });
}

export const publishBody = oneOrMany(eventToPublish);
export const publishOwnBody = oneOrMany(ownEvent);

export const publishedEventSchema = z
  .object({
    id: idOutput('event'),
    event: z.string(),
    tenant_id: idOutput('tenant'),
    mode: z.enum(['live', 'test']),
    created_at: timeOutput(),
  })
  .meta({ component: 'PublishedEvent' });

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
