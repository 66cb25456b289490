/** The most that one request takes. */
const MOST_AT_ONCE = 100;

/**
 * One row ticked or unticked; with Shift, all from the last one that was touched to this one.
 * @param last the row that was touched before; null where none was, or where it is not shown any more
 */
export function toggled(
  chosen: ReadonlySet<string>,
  shown: readonly string[],
  id: string,
  { is_on, last }: { is_on: boolean; last: string | null },
): Set<string> {
  const at = shown.indexOf(id);
  const from = last === null ? -1 : shown.indexOf(last);
  const touched = from < 0 ? [id] : shown.slice(Math.min(from, at), Math.max(from, at) + 1);
  const next = new Set(chosen);
  for (const each of touched) {
    if (is_on) next.add(each);
    else next.delete(each);
  }
  return next;
}

/** Only what is still shown: what was replayed from elsewhere meanwhile is no longer meant. */
export function stillShown(chosen: ReadonlySet<string>, shown: readonly string[]): string[] {
  return shown.filter((id) => chosen.has(id));
}

export function inRequests(ids: readonly string[]): string[][] {
  const requests: string[][] = [];
  for (let at = 0; at < ids.length; at += MOST_AT_ONCE) requests.push(ids.slice(at, at + MOST_AT_ONCE));
  return requests;
}

/** The reasons of those that were refused, each with how many it holds for; the most frequent first. */
export function byReason(refused: readonly { reason: string }[]): { reason: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { reason } of refused) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(([reason, count]) => ({ reason, count })).sort((one, other) => other.count - one.count);
}
