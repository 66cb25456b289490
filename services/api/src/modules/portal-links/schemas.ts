import { idOutput, timeOutput } from '@switchboard/shared';
import { z } from 'zod';

/** What a link can give. People and live keys are for those whom the tenant knows by name. */
export const LINK_ABILITIES = ['view', 'webhooks:manage', 'keys:manage_test', 'audit:read'] as const;

const abilities = z
  .array(z.enum(LINK_ABILITIES, `must be one of ${LINK_ABILITIES.join(', ')}`))
  .min(1)
  .max(LINK_ABILITIES.length);

export const createLinkBody = z.strictObject({
  abilities: abilities
    .default(['view', 'webhooks:manage'])
    .transform((given) => [...new Set(given)])
    .meta({
      description:
        'What whoever opens the link may do. `keys:manage_test` and `audit:read` need a key with the scope `*`.',
    }),
  mode: z.enum(['live', 'test']).optional().meta({
    description: 'The mode that the link shows: the key’s own where nothing is said. A test key gives test links only.',
  }),
});

export const portalLinkSchema = z.object({
  id: idOutput('portalLink'),
  url: z.string().meta({
    description: 'Opens the portal once. Send a browser there; it is shown in this answer and never again.',
    example: 'https://api.kaivox.example/settings/api/open#pXc0…',
  }),
  open_until: timeOutput().meta({
    description: 'The link can be opened for 5 minutes; what it opens ends after an hour.',
  }),
  abilities: z.array(z.enum(LINK_ABILITIES)),
  mode: z.enum(['live', 'test']),
});

export type PortalLinkView = z.infer<typeof portalLinkSchema>;
export type NewLinkInput = z.output<typeof createLinkBody>;
