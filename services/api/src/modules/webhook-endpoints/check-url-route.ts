import { checkWebhookUrl, type UrlPolicy } from '@switchboard/shared';
import { z } from 'zod';
import { ok, portalRoute } from '../../http/route.js';

const checkedUrlSchema = z.object({
  ok: z.boolean(),
  problems: z
    .array(z.string())
    .meta({ description: 'Sentences for whoever types it; they never repeat path or query.' }),
});

/** The rules that creating an endpoint holds to, asked while one types. Names are not resolved: that is done at each attempt. */
export function checkUrlRoute(policy: UrlPolicy) {
  return portalRoute({
    ...{ tag: 'Webhook endpoints', ability: 'webhooks:manage', method: 'post', path: '/webhooks/check-url' },
    operationId: 'portalCheckUrl',
    summary: 'Whether webhooks may be sent to a URL, and why not',
    body: z.strictObject({ url: z.string().max(10_000) }),
    success: { status: 200, description: 'What the server would say to it.', schema: checkedUrlSchema },
    handle: ({ body }) => {
      const checked = checkWebhookUrl(body.url, policy);
      return Promise.resolve(ok({ ok: checked.ok, problems: checked.ok ? [] : [checked.reason] }));
    },
  });
}
