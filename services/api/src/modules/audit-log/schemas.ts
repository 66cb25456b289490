import { fromPublicId, ID_PREFIX, idOutput, timeInput, timeOutput, type IdKind } from '@switchboard/shared';
import { z } from 'zod';
import { cursorFields } from '../../http/pagination.js';

const ACTOR_KINDS = ['api_key', 'user', 'portal_link', 'platform', 'system'] as const;

/** The id of anything that an entry can be about; the parsed value is the UUID behind it. */
const targetId = z.string().transform((value, context): string => {
  const kinds = Object.keys(ID_PREFIX) as IdKind[];
  const uuid = kinds.map((kind) => fromPublicId(kind, value)).find((found) => found !== null);
  if (uuid !== undefined) return uuid;
  context.issues.push({ code: 'custom', message: 'must be an id, like that of an endpoint or a key', input: value });
  return z.NEVER;
});

const filterFields = {
  actor_kind: z.enum(ACTOR_KINDS).optional(),
  action: z
    .string()
    .regex(/^[a-z][a-z0-9_]*\.([a-z0-9_]+|\*)$/, 'must be like api_key.created, or api_key.* for all of a kind')
    .optional(),
  target_id: targetId
    .optional()
    .meta({ description: 'What it was done to: the id of an endpoint, a key, a person ...' }),
  since: timeInput().optional(),
  until: timeInput().optional().meta({ description: 'Before this time.' }),
} as const;

export const auditListQuery = z.strictObject({ ...cursorFields, ...filterFields });
export const auditExportQuery = z.strictObject(filterFields);

export type AuditFilterInput = z.output<typeof auditExportQuery>;

const changes = z.record(z.string(), z.unknown()).nullable();

export const auditEntrySchema = z.object({
  id: idOutput('auditEntry'),
  sequence: z.int().meta({ description: 'Its place in the tenant’s chain, from 1 and without a gap.' }),
  occurred_at: timeOutput(),
  actor: z.object({
    kind: z.enum(ACTOR_KINDS),
    id: z.string().nullable(),
    name: z.string().meta({ description: 'A key’s name and last characters, a person’s e-mail address.' }),
  }),
  ip: z.string().nullable(),
  action: z.string(),
  target: z.object({ kind: z.string(), id: z.string().nullable() }),
  before: changes,
  after: changes.meta({ description: 'What changed. Secrets are never in it, or masked.' }),
  mode: z.enum(['live', 'test']).nullable(),
  request_id: z.string().nullable(),
  hash: z.string().meta({ description: 'SHA-256 over the entry and the hash before it, in hexadecimal.' }),
});

export type AuditEntryView = z.infer<typeof auditEntrySchema>;
