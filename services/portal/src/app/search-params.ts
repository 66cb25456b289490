/** The URL's query as plain texts: no quotes and no JSON in an address that people read and share. */
export function parseSearch(query: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(query));
}

export function stringifySearch(search: Record<string, unknown>): string {
  const given = Object.entries(search).flatMap(([name, value]) =>
    typeof value === 'string' || typeof value === 'number' ? [[name, String(value)]] : [],
  );
  const query = new URLSearchParams(given).toString();
  return query === '' ? '' : `?${query}`;
}
