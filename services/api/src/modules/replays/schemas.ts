import { ENDED_STATUSES } from '@switchboard/db';
import { idInput, idOutput, isEventName, timeInput, timeOutput } from '@switchboard/shared';
import { z } from 'zod';
import { cursorFields } from '../../http/pagination.js';
import { errorField, spanFields } from '../deliveries/schemas.js';

const REPLAY_STATUSES = ['running', 'completed', 'cancelled'] as const;

const statusField = z.enum(ENDED_STATUSES);

export const createReplayBody = z
  .strictObject({
    endpoint_id: idInput('endpoint').optional(),
    status: z
      .union([statusField, z.array(statusField).min(1).max(ENDED_STATUSES.length)])
      .default(['dead'])
      .transform((given) => [...new Set(Array.isArray(given) ? given : [given])])
      .meta({ description: 'How the deliveries have ended: one of them, or several in a list.' }),
    event: z.string().refine(isEventName, 'must be an event name').optional(),
    error: errorField.optional(),
    ...spanFields,
  })
  .meta({ example: { status: ['dead'], since: '2026-12-01T09:30:00Z' } });

export const recoverEndpointBody = z.strictObject({
  since: timeInput().meta({ description: 'Everything of events that happened at this time or later.' }),
});

export const replayListQuery = z.strictObject({ ...cursorFields, status: z.enum(REPLAY_STATUSES).optional() });
export const replayById = z.strictObject({ id: idInput('replay') });
export const recoveredEndpointById = z.strictObject({ id: idInput('endpoint') });

export const replaySchema = z
  .object({
    id: idOutput('replay'),
    status: z.enum(REPLAY_STATUSES).meta({
      description: 'completed: all that could be replayed was set going. How it ended is told by `result`.',
    }),
    filter: z.object({
      endpoint_id: idOutput('endpoint').nullable(),
      status: z.array(statusField),
      event: z.string().nullable(),
      error: z.string().nullable(),
      since: timeOutput().nullable(),
      until: timeOutput(),
    }),
    matched: z.int().meta({
      description: 'Deliveries that fitted when it was asked for. Beyond a million it is only counted as it goes on.',
    }),
    replayed: z.int().meta({ description: 'Deliveries that were set going so far.' }),
    skipped: z.int().meta({
      description:
        'Not replayed: the endpoint is disabled or deleted, the event is gone, or somebody else was quicker.',
    }),
    created_at: timeOutput(),
    completed_at: timeOutput().nullable(),
  })
  .meta({ component: 'Replay' });

export const replayWithResultSchema = replaySchema
  .extend({
    result: z
      .object({ succeeded: z.int(), dead: z.int(), cancelled: z.int(), pending: z.int() })
      .meta({ description: 'How those stand that it set going, but for what was replayed anew since.' }),
  })
  .meta({ component: 'ReplayWithResult' });

export type ReplayView = z.infer<typeof replaySchema>;
export type ReplayWithResultView = z.infer<typeof replayWithResultSchema>;
