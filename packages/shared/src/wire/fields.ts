import { z } from 'zod';
import { fromPublicId, ID_PREFIX, toPublicId, type IdKind } from '../ids/ids.js';

/** NUL cannot be stored by PostgreSQL, and the other control characters are never meant: refused here instead of a 500 there. */

const CONTROL_CHARACTERS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

/** Half a surrogate pair is no character: PostgreSQL would store U+FFFD in its place, so two different texts could become one. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Text of bounded length, without control characters (line breaks and tabs may stand). */
export function text(minLength: number, maxLength: number) {
  return z
    .string()
    .min(minLength, minLength === 1 ? 'must not be empty' : undefined)
    .max(maxLength)
    .refine((value) => !CONTROL_CHARACTERS.test(value), 'must not contain control characters')
    .refine((value) => !LONE_SURROGATE.test(value), 'must be valid Unicode');
}

/** A public id of one kind on the way in; the parsed value is the UUID behind it. */
export function idInput(kind: IdKind) {
  return z
    .string()
    .meta({
      description: `An id that starts with \`${ID_PREFIX[kind]}_\`.`,
      // Told to readers only: what decides is the parsing below, with one message for all that is wrong.
      pattern: idPattern(kind),
      example: exampleId(kind),
    })
    .transform((value, context): string => {
      const uuid = fromPublicId(kind, value);
      if (uuid !== null) return uuid;
      context.issues.push({ code: 'custom', message: `must be an id like ${exampleId(kind)}`, input: value });
      return z.NEVER;
    });
}

/** A public id of one kind on the way out. */
export function idOutput(kind: IdKind) {
  return z
    .string()
    .regex(new RegExp(idPattern(kind)))
    .meta({ example: exampleId(kind) });
}

function idPattern(kind: IdKind): string {
  return `^${ID_PREFIX[kind]}_[0-7][0-9a-hjkmnp-tv-z]{25}$`;
}

function exampleId(kind: IdKind): string {
  return toPublicId(kind, '019312a4-8b00-7a3c-9f21-3d5e8c1b7f60');
}

const EARLIEST = Date.UTC(1970, 0, 1);
const LATEST = Date.UTC(2200, 0, 1);

/** An ISO 8601 time with an offset or Z; the parsed value is a Date. */
export function timeInput() {
  return z.iso
    .datetime({ offset: true, error: 'must be an ISO 8601 time with a time zone, like 2026-12-01T09:30:00Z' })
    .meta({ example: '2026-12-01T09:30:00Z' })
    .transform((value) => new Date(value))
    .refine((date) => date.getTime() >= EARLIEST && date.getTime() < LATEST, 'must lie between 1970 and 2200');
}

/** ISO 8601 in UTC with milliseconds. */
export function timeOutput() {
  return z.iso.datetime({ precision: 3 }).meta({ example: '2026-12-01T09:30:00.000Z' });
}
