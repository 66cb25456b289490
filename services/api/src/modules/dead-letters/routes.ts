import { accepted, ok, portalRoute } from '../../http/route.js';
import type { DeliveryReplayer } from '../deliveries/replay.js';
import { replayedSelectionSchema, replaySelectedBody } from '../deliveries/replayed-selection.js';
import { deadLettersQuery, deadLettersSchema } from './schemas.js';
import type { DeadLetterService } from './service.js';

export function deadLetterRoutes(deadLetters: DeadLetterService, replayer: DeliveryReplayer) {
  const common = { tag: 'Dead letters' };
  return [
    portalRoute({
      ...common,
      method: 'get',
      path: '/dead-letters',
      operationId: 'portalDeadLetters',
      summary: 'What failed for good, by endpoint and reason',
      ability: 'view',
      query: deadLettersQuery,
      success: { status: 200, description: 'What failed last first.', schema: deadLettersSchema },
      handle: async ({ tenant, query }) => ok(await deadLetters.show(tenant, query.since)),
    }),
    portalRoute({
      ...common,
      method: 'post',
      path: '/dead-letters/replay',
      operationId: 'portalReplaySelected',
      summary: 'Send selected deliveries once more',
      ability: 'webhooks:manage',
      body: replaySelectedBody,
      success: {
        status: 202,
        description: 'Which of them are pending again, and of the others why not.',
        schema: replayedSelectionSchema,
      },
      handle: async ({ tenant, body, request }) =>
        accepted(await replayer.replaySelected(tenant, body.delivery_ids, request)),
    }),
  ];
}
