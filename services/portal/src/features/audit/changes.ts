export interface Change {
  /** The name of the field, `headers.X-Token` for one within another. */
  field: string;
  /** undefined: it was not there. */
  before: string | undefined;
  after: string | undefined;
  is_changed: boolean;
}

type Values = Record<string, unknown> | null;

/** Field by field, in the order in which they come; what changed is told from what stands there for completeness. */
export function changesBetween(before: Values, after: Values): Change[] {
  const was = flat(before);
  const is = flat(after);
  const fields = [...new Set([...was.keys(), ...is.keys()])];
  // Where only one side was written, nothing was compared: it is what was made, or what was there at the end.
  const is_comparison = before !== null && after !== null;
  return fields.map((field) => ({
    field,
    before: was.get(field),
    after: is.get(field),
    is_changed: is_comparison && was.get(field) !== is.get(field),
  }));
}

function flat(values: Values): Map<string, string> {
  return new Map(Object.entries(values ?? {}).flatMap(([name, value]) => leaves(name, value)));
}

function leaves(path: string, value: unknown): [string, string][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[path, inWords(value)]];
  const entries = Object.entries(value);
  if (entries.length === 0) return [[path, 'none']];
  return entries.flatMap(([name, inner]) => leaves(`${path}.${name}`, inner));
}

function inWords(value: unknown): string {
  if (value === null || value === '') return 'none';
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(inWords).join(', ');
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : JSON.stringify(value);
}
