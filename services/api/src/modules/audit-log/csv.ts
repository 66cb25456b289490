import type { AuditEntryView } from './schemas.js';

/** A spreadsheet takes a field that begins so for a formula and runs it: people choose their keys' names. */
const FORMULA = /^[=+\-@\t\r]/;

type Value = string | number | null;

const COLUMNS: Record<string, (entry: AuditEntryView) => Value> = {
  sequence: ({ sequence }) => sequence,
  occurred_at: ({ occurred_at }) => occurred_at,
  actor_kind: ({ actor }) => actor.kind,
  actor_id: ({ actor }) => actor.id,
  actor_name: ({ actor }) => actor.name,
  ip: ({ ip }) => ip,
  action: ({ action }) => action,
  target_kind: ({ target }) => target.kind,
  target_id: ({ target }) => target.id,
  mode: ({ mode }) => mode,
  before: ({ before }) => before && JSON.stringify(before),
  after: ({ after }) => after && JSON.stringify(after),
  request_id: ({ request_id }) => request_id,
  id: ({ id }) => id,
  hash: ({ hash }) => hash,
};

export const CSV_HEADER = lineOf(Object.keys(COLUMNS));

/** One line of RFC 4180. */
export function csvLine(entry: AuditEntryView): string {
  return lineOf(Object.values(COLUMNS).map((valueOf) => valueOf(entry)));
}

function lineOf(values: readonly Value[]): string {
  return `${values.map(fieldOf).join(',')}\r\n`;
}

function fieldOf(value: Value): string {
  if (value === null) return '';
  const text = String(value);
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
