import type { DeliveryView } from '../../api/types';

/** The newest deliveries with what was heard of just now: changed ones in their place, new ones on top. */
export function withNews(rows: readonly DeliveryView[], news: readonly DeliveryView[], most: number): DeliveryView[] {
  const by_id = new Map([...rows, ...news].map((row) => [row.id, row]));
  return [...by_id.values()].sort(newestFirst).slice(0, most);
}

/** Ids begin with their time, so they tell the order of what was made in one millisecond. */
function newestFirst(one: DeliveryView, other: DeliveryView): number {
  return other.id < one.id ? -1 : 1;
}
