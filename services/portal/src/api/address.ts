export type QueryValue = string | number | boolean | null | undefined;
export type Query = Record<string, QueryValue>;

export const BASE = '/settings/api';

/** The address of an operation. What is empty stays out: the server refuses fields without a value. */
export function addressOf(path: string, query: Query = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== '');
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return `${BASE}${path}${text === '' ? '' : `?${text}`}`;
}
