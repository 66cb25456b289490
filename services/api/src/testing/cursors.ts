import { expect } from '@jest/globals';
import type { Caller } from './actors.js';

/** Reads a list to its end by cursor. `meanwhile` runs after every page. @returns the ids in the order they came */
export async function walk(
  caller: Caller,
  path: string,
  perPage: number,
  meanwhile: () => Promise<unknown>,
): Promise<string[]> {
  const ids: string[] = [];
  const separator = path.includes('?') ? '&' : '?';
  let cursor: string | null = null;
  do {
    const query: string = cursor === null ? '' : `&cursor=${cursor}`;
    const answer = await caller.get(`${path}${separator}per_page=${perPage}${query}`);
    expect(answer.status).toBe(200);
    const rows = answer.body.data as { id: string }[];
    expect(rows.length).toBeLessThanOrEqual(perPage);
    ids.push(...rows.map((row) => row.id));
    cursor = answer.body.meta.next_cursor as string | null;
    await meanwhile();
  } while (cursor !== null);
  return ids;
}
