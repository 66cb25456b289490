import type { HeadersView } from '../../../api/types';

/** What the log keeps in place of a value that may be a credential. */
const MASKED = '********';

/** One pair for each line on the wire. */
export function headerLines(headers: HeadersView): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((each): [string, string] => [name, each]),
  );
}

export function hasMaskedHeaders(headers: HeadersView): boolean {
  return headerLines(headers).some(([, value]) => value === MASKED);
}
