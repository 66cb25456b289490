import type { Database } from '@switchboard/db';
import type { ServiceProcess } from '@switchboard/local/servers/service-process';
import { setTimeout as delay } from 'node:timers/promises';
import type { Receiver } from '../receiver.js';
import type { FaultStack } from '../stack/fault-stack.js';
import type { RunningWorker } from '../stack/services.js';
import { waitFor } from '../wait-for.js';

/** Lets attempts wait in mid-POST for longer than the faults take. */
export const PATIENT = { DELIVERY_TIMEOUT: '30s' };

export const theWorker = (stack: FaultStack): RunningWorker => {
  const [worker] = stack.workers();
  if (!worker) throw new Error('No worker is alive.');
  return worker;
};

/** Asks a process to end as an orchestrator does. @throws Error where it does not end by itself, and well */
export async function endInOrder(service: ServiceProcess, timeoutMs = 15_000): Promise<void> {
  process.kill(service.pid, 'SIGTERM');
  const exit = await Promise.race([service.exited, delay(timeoutMs)]);
  const how = exit ? String(exit.signal ?? exit.code) : `still running after ${timeoutMs} ms`;
  if (how !== '0') throw new Error(`${service.name} ended with ${how}, not with 0.`);
}

export const untilLoadFlows = (stack: FaultStack) =>
  waitFor('the load is flowing', () => stack.ledger.postCount() > 50);

export async function untilDeliveriesFlowAgain(stack: FaultStack): Promise<void> {
  const before = stack.ledger.postCount();
  await waitFor('deliveries flow again', () => stack.ledger.postCount() > before + 50, 30_000);
}

/** How many attempts ended with each error code so far; those that succeeded have none. */
export async function errorCounts(database: Database): Promise<Record<string, number>> {
  const rows = await database.query<{ error_code: string; count: number }>({
    text: `SELECT error_code, count(*) FROM attempts WHERE error_code IS NOT NULL GROUP BY error_code`,
    values: [],
  });
  return Object.fromEntries(rows.map((row) => [row.error_code, row.count]));
}

/** Waits until `count` attempts have failed, and only so. @throws Error where one failed in another way */
export async function untilFailed(stack: FaultStack, codes: readonly string[], count: number): Promise<void> {
  await waitFor(`${count} attempts failed with ${codes.join(' or ')}`, async () => {
    const counts = await errorCounts(stack.database);
    const others = Object.keys(counts).filter((code) => !codes.includes(code));
    if (others.length > 0)
      throw new Error(`Attempts failed with ${others.join(', ')}, not with ${codes.join(' or ')}.`);
    return codes.reduce((sum, code) => sum + (counts[code] ?? 0), 0) >= count;
  });
}

export async function expectCount(database: Database, table: string, count: number): Promise<void> {
  const [row] = await database.query<{ count: number }>({ text: `SELECT count(*) FROM ${table}`, values: [] });
  if (row?.count !== count) throw new Error(`There are ${row?.count} ${table}, where ${count} should be.`);
}

/** How long after its first POST a receiver got its second. */
export function pauseBetweenFirstTwo({ posts }: Receiver): number {
  const [first, second] = posts;
  if (!first || !second) throw new Error(`The receiver got ${posts.length} POSTs, where it should have two.`);
  return second.received_at_ms - first.received_at_ms;
}
