import { z } from 'zod';
import { idOutput, timeOutput } from '../wire/fields.js';

export const CALL_DIRECTIONS = ['inbound', 'outbound'] as const;
export const CALL_STATUSES = ['in_progress', 'ended', 'missed'] as const;
export const SENTIMENTS = ['positive', 'neutral', 'negative'] as const;

/** One turn of a conversation, in the order it was spoken. */
export const transcriptTurnSchema = z.strictObject({
  speaker: z.enum(['agent', 'caller']),
  text: z.string().max(10_000).meta({ example: 'I would like to book an appointment.' }),
  offset_ms: z.int().min(0).meta({ description: 'From the start of the call.', example: 1_200 }),
});

/** A call as lists show it. */
export const callSchema = z
  .object({
    id: idOutput('call'),
    direction: z.enum(CALL_DIRECTIONS),
    status: z.enum(CALL_STATUSES),
    from_number: z.string().meta({ example: '+14155552671' }),
    to_number: z.string().meta({ example: '+14155552672' }),
    customer_id: idOutput('customer').nullable(),
    started_at: timeOutput(),
    ended_at: timeOutput().nullable(),
    duration_seconds: z.int().nullable().meta({ example: 94 }),
    sentiment: z.enum(SENTIMENTS).nullable(),
    outcome: z.string().nullable().meta({ example: 'appointment_booked' }),
    recording_url: z.string().nullable().meta({ example: null }),
    created_at: timeOutput(),
    updated_at: timeOutput(),
  })
  .meta({ component: 'Call' });

/** A call with what was said. The same object is the data of call events. */
export const callWithTranscriptSchema = callSchema
  .extend({ transcript: z.array(transcriptTurnSchema) })
  .meta({ component: 'CallWithTranscript' });

export type CallView = z.infer<typeof callSchema>;
export type CallWithTranscriptView = z.infer<typeof callWithTranscriptSchema>;
