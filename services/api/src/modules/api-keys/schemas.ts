import { idInput, idOutput, isScope, SCOPES, text, timeInput, timeOutput } from '@switchboard/shared';
import { z } from 'zod';

const scopes = z
  .array(z.string().refine(isScope, `must be * or one of ${SCOPES.join(', ')}`))
  .min(1)
  .max(50)
  .transform((given) => [...new Set(given)]);

export const createKeyBody = z.strictObject({
  tenant_id: idInput('tenant'),
  name: text(1, 100),
  mode: z.enum(['live', 'test']).default('live'),
  scopes: scopes.default(['*']),
  expires_at: timeInput()
    .refine((end) => end.getTime() > Date.now(), 'must lie in the future')
    .optional(),
});

/** The session says whose keys they are. */
export const createOwnKeyBody = createKeyBody.omit({ tenant_id: true });

const MAX_OVERLAP_HOURS = 7 * 24;

export const rollKeyBody = z.strictObject({ overlap_hours: z.number().min(0).max(MAX_OVERLAP_HOURS).default(24) });

export const keyById = z.strictObject({ id: idInput('apiKey') });

export const apiKeySchema = z.object({
  id: idOutput('apiKey'),
  tenant_id: idOutput('tenant'),
  name: z.string(),
  mode: z.enum(['live', 'test']),
  prefix: z.string().meta({ description: 'How the key begins.', example: 'sb_live_' }),
  last4: z.string().meta({ description: 'How the key ends.' }),
  scopes: z.array(z.string()),
  expires_at: timeOutput().nullable(),
  revoked_at: timeOutput().nullable(),
  last_used_at: timeOutput().nullable(),
  created_at: timeOutput(),
});

export type ApiKeyView = z.infer<typeof apiKeySchema>;

export const createdApiKeySchema = apiKeySchema.extend({
  key: z.string().meta({ description: 'The key. It is shown here and never again.' }),
});
