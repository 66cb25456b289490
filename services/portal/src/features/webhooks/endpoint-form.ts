import { ApiError } from '../../api/api-error';
import type { EndpointInput, EndpointView } from '../../api/types';

export interface HeaderRow {
  name: string;
  value: string;
}

/** What stands in the form's fields: figures as they are typed, '' for the platform's default. */
export interface EndpointForm {
  url: string;
  description: string;
  event_types: string[];
  headers: HeaderRow[];
  /** Values cannot be read back, so an endpoint's headers stay as they are or are all written anew. */
  replaces_headers: boolean;
  timeout_seconds: string;
  max_attempts: string;
  rate_limit_per_second: string;
  max_in_flight: string;
  ordering: 'none' | 'fifo';
}

/** What to begin with: an endpoint's own settings, or an empty form. */
export function formOf(endpoint: EndpointView | null): EndpointForm {
  return {
    url: endpoint?.url ?? '',
    description: endpoint?.description ?? '',
    event_types: endpoint?.event_types ?? [],
    headers: Object.keys(endpoint?.headers ?? {}).map((name) => ({ name, value: '' })),
    replaces_headers: endpoint === null,
    timeout_seconds: figure(endpoint?.timeout_ms, 1_000),
    max_attempts: figure(endpoint?.max_attempts),
    rate_limit_per_second: figure(endpoint?.rate_limit_per_second),
    max_in_flight: figure(endpoint?.max_in_flight),
    ordering: endpoint?.ordering ?? 'none',
  };
}

function figure(value: number | null | undefined, unit = 1): string {
  return value === null || value === undefined ? '' : String(value / unit);
}

export function inputOf(form: EndpointForm): EndpointInput {
  return {
    url: form.url.trim(),
    description: form.description.trim(),
    event_types: form.event_types,
    headers: headersOf(form.headers),
    timeout_ms: milliseconds(form.timeout_seconds),
    max_attempts: whole(form.max_attempts),
    rate_limit_per_second: whole(form.rate_limit_per_second),
    max_in_flight: whole(form.max_in_flight),
    ordering: form.ordering,
  };
}

/** Only what differs, so that a change somebody else makes meanwhile is not undone. null: nothing does. */
export function changesOf(before: EndpointView, form: EndpointForm): Partial<EndpointInput> | null {
  const { headers, ...after } = inputOf(form);
  const changes: Partial<EndpointInput> = Object.fromEntries(
    Object.entries(after).filter(([name, value]) => !isSame(before[name as keyof EndpointView], value)),
  );
  if (form.replaces_headers) changes.headers = headers;
  return Object.keys(changes).length === 0 ? null : changes;
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function headersOf(rows: readonly HeaderRow[]): Record<string, string> {
  return Object.fromEntries(rows.filter(isFilledIn).map(({ name, value }) => [name.trim(), value.trim()]));
}

function isFilledIn({ name, value }: HeaderRow): boolean {
  return name.trim() !== '' || value.trim() !== '';
}

/** What is wrong with the headers before the server is asked: it would not see a name without a value as a slip. */
export function headersProblem(rows: readonly HeaderRow[]): string | null {
  const filled_in = rows.filter(isFilledIn);
  const nameless = filled_in.find(({ name }) => name.trim() === '');
  if (nameless) return 'One header has a value and no name.';
  const empty = filled_in.find(({ value }) => value.trim() === '');
  if (empty) return `Type the value of ${empty.name.trim()}, or remove the header.`;
  const names = filled_in.map(({ name }) => name.trim().toLowerCase());
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  return twice === undefined ? null : `${twice} is given twice; upper and lower case make no difference.`;
}

function whole(text: string): number | null {
  return text.trim() === '' ? null : Number(text);
}

function milliseconds(seconds: string): number | null {
  return seconds.trim() === '' ? null : Math.round(Number(seconds) * 1_000);
}

/** A field's own check: empty, or a figure in these bounds. */
export function figureProblem(text: string, least: number, most: number, is_whole = true): string | null {
  if (text.trim() === '') return null;
  const value = Number(text);
  const fits = Number.isFinite(value) && value >= least && value <= most && (!is_whole || Number.isInteger(value));
  return fits ? null : `A ${is_whole ? 'whole ' : ''}number from ${least} to ${most}, or empty for the default.`;
}

/** The server names the entry of a list or of the headers; the form has one field for all, so the entry goes into the words. */
export function inFieldsOfTheForm(error: ApiError, form: EndpointForm): ApiError {
  const together = new Map<string, string[]>();
  for (const { path, message } of error.details) {
    const [field, words] = placed(path, message, form);
    together.set(field, [...(together.get(field) ?? []), words]);
  }
  const details = [...together].map(([path, messages]) => ({ path, message: messages.join(' ') }));
  return new ApiError({ ...error, message: error.message, details });
}

function placed(path: string, message: string, form: EndpointForm): [field: string, words: string] {
  if (path.startsWith('headers.')) return ['headers', `${path.slice('headers.'.length)}: ${message}`];
  const entry = /^event_types\.(\d+)$/.exec(path);
  if (entry) return ['event_types', `${form.event_types[Number(entry[1])] ?? 'One of them'} ${message}.`];
  return [path === 'timeout_ms' ? 'timeout_seconds' : path, message];
}
