import {
  CALL_DIRECTIONS,
  CALL_STATUSES,
  idInput,
  phoneInput,
  SENTIMENTS,
  text,
  timeInput,
  transcriptTurnSchema,
} from '@switchboard/shared';
import { z } from 'zod';
import { cursorFields } from '../../http/pagination.js';
import { scopeFields } from '../../http/platform-scope.js';

export const callListQuery = z.strictObject({
  ...cursorFields,
  direction: z.enum(CALL_DIRECTIONS).optional(),
  status: z.enum(CALL_STATUSES).optional(),
  sentiment: z.enum(SENTIMENTS).optional(),
  from_number: phoneInput().optional(),
  to_number: phoneInput().optional(),
  'started_at[gte]': timeInput().optional(),
  'started_at[lt]': timeInput().optional(),
});

export const callById = z.strictObject({ id: idInput('call') });

export const startCallBody = z.strictObject({
  ...scopeFields,
  direction: z.enum(CALL_DIRECTIONS),
  from_number: phoneInput(),
  to_number: phoneInput(),
  customer_id: idInput('customer').nullable().default(null),
  started_at: timeInput().optional(),
});

/** A transcript's text is checked like any other. */
const transcript = z.array(transcriptTurnSchema.extend({ text: text(0, 10_000) })).max(5_000);

export const updateCallBody = z.strictObject({
  ...scopeFields,
  status: z.enum(['ended', 'missed']).optional(),
  ended_at: timeInput().optional(),
  customer_id: idInput('customer').nullable().optional(),
  sentiment: z.enum(SENTIMENTS).nullable().optional(),
  outcome: text(1, 200).nullable().optional(),
  recording_url: z
    .url({ protocol: /^https?$/, error: 'must be an http or https address' })
    .max(2_048)
    .nullable()
    .optional(),
  transcript: transcript.optional(),
});
