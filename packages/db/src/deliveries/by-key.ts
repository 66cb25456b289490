/**
 * The condition that finds a delivery by its key, through the primary key and no other index.
 *
 * With a plain `=` on both columns the index of the endpoint's deliveries fits as well, and a plan that was made while
 * the tables were nearly empty, when both cost the same, may keep it: each look-up then reads all that the endpoint ever
 * got (measured: 20 times slower at 1,500 deliveries). An event has few deliveries, an endpoint has many.
 */
export function byKey(delivery: string, key: string): string {
  return `${delivery}.event_id = ${key}.event_id AND ${delivery}.endpoint_id IS NOT DISTINCT FROM ${key}.endpoint_id`;
}
