import type { HeadersView } from '../../../api/types';

export interface CurlRequest {
  url: string;
  headers: HeadersView;
  body: string;
}

/** curl says these itself, rightly for what it sends. */
const OF_THE_CONNECTION = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'expect']);

/**
 * The same request from a shell: same bytes, same headers, same signature. `--globoff`: brackets in the URL are no
 * pattern. `--data-raw`: a body that begins with @ is no file.
 */
export function curlOf({ url, headers, body }: CurlRequest): string {
  const lines = Object.entries(headers)
    .filter(([name]) => !OF_THE_CONNECTION.has(name.toLowerCase()))
    .flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map((each) => headerOf(name, each)))
    .map((header) => `-H ${quoted(header)}`);
  return [`curl --globoff -X POST ${quoted(url)}`, ...lines, `--data-raw ${quoted(body)}`].join(' \\\n  ');
}

/** curl takes "Name:" as "leave this header out"; an empty one is written with a semicolon. */
function headerOf(name: string, value: string): string {
  return value === '' ? `${name};` : `${name}: ${value}`;
}

/** One word for a POSIX shell, whatever is in it. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
