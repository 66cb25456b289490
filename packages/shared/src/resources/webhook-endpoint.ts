import { z } from 'zod';
import { toPublicId } from '../ids/ids.js';
import { idOutput, timeOutput } from '../wire/fields.js';

/** Why an endpoint gets no webhooks: its owner said so, its receiver answered 410, or all its deliveries failed for days. */
export const DISABLED_REASONS = ['manual', 'gone', 'failing'] as const;

export type DisabledReason = (typeof DISABLED_REASONS)[number];

/** The data of `webhook_endpoint.disabled`. */
export const disabledEndpointSchema = z
  .object({
    endpoint: z.object({
      id: idOutput('endpoint'),
      url: z.string().meta({ description: 'Without its query.', example: 'https://example.com/hooks/calendar' }),
      description: z.string().meta({ example: 'The old calendar' }),
    }),
    reason: z.enum(DISABLED_REASONS),
    disabled_at: timeOutput(),
  })
  .meta({ component: 'DisabledWebhookEndpoint' });

export interface DisabledEndpoint {
  /** UUID; it leaves as a TypeID. */
  id: string;
  url: string;
  description: string;
  disabled_reason: DisabledReason;
  disabled_at: Date;
}

/** What the tenant's other endpoints are told, whoever disabled this one. */
export function disabledEndpointData(endpoint: DisabledEndpoint): z.infer<typeof disabledEndpointSchema> {
  return {
    endpoint: {
      id: toPublicId('endpoint', endpoint.id),
      url: urlWithoutSecrets(endpoint.url),
      description: endpoint.description,
    },
    reason: endpoint.disabled_reason,
    disabled_at: endpoint.disabled_at.toISOString(),
  };
}

/** A URL's query often holds a token, and its user part is one: neither leaves with an event or an audit entry. */
export function urlWithoutSecrets(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}
