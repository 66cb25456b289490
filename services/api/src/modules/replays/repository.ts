import { sql, type EndedStatus, type Executor, type ReplayFilter } from '@switchboard/db';
import type { ListMeta } from '@switchboard/shared';
import { listByCursor } from '../../http/list-query.js';
import type { CursorRequest } from '../../http/pagination.js';
import type { TenantScope } from '../../http/route.js';

export interface ReplayRow {
  id: string;
  status: 'running' | 'completed' | 'cancelled';
  endpoint_id: string | null;
  statuses: EndedStatus[];
  event_type: string | null;
  error_code: string | null;
  since: Date | null;
  until: Date;
  matched: number;
  replayed: number;
  skipped: number;
  created_at: Date;
  completed_at: Date | null;
}

export type ReplayResult = Record<EndedStatus | 'pending', number>;

const COLUMNS = [
  'id',
  'status',
  'endpoint_id',
  'statuses',
  'event_type',
  'error_code',
  'since',
  'until',
  'matched',
  'replayed',
  'skipped',
  'created_at',
  'completed_at',
];

function replaysOf(tenant: TenantScope) {
  return sql('replays').where({ tenant_id: tenant.tenant_id, mode: tenant.mode });
}

/**
 * Until the transaction ends no other replay of this tenant is made, so that it can be counted how many there are.
 * @returns how many run, in both modes together, and the time by the database's clock
 */
export async function lockRunning(transaction: Executor, tenant: TenantScope): Promise<{ running: number; now: Date }> {
  const { tenant_id } = tenant;
  await transaction.query({
    text: `SELECT pg_advisory_xact_lock(hashtextextended('replays of ' || $1::text, 0))`,
    values: [tenant_id],
  });
  const [row] = await transaction.query<{ running: number; now: Date }>({
    text: `SELECT count(*) AS running, now()::timestamptz(3) AS now FROM replays WHERE tenant_id = $1 AND status = 'running'`,
    values: [tenant_id],
  });
  return row as { running: number; now: Date };
}

export async function insertReplay(
  transaction: Executor,
  replay: ReplayFilter & { id: string; matched: number },
): Promise<ReplayRow> {
  const [row] = await transaction.run<ReplayRow>(sql('replays').insert(replay).returning(COLUMNS));
  return row as ReplayRow;
}

export async function findReplay(executor: Executor, tenant: TenantScope, id: string): Promise<ReplayRow | null> {
  const [row] = await executor.run<ReplayRow>(replaysOf(tenant).where({ id }).select(COLUMNS));
  return row ?? null;
}

export function listReplays(
  executor: Executor,
  tenant: TenantScope,
  filter: { status?: string | undefined },
  page: CursorRequest,
): Promise<{ rows: ReplayRow[]; meta: ListMeta }> {
  const query = () => (filter.status === undefined ? replaysOf(tenant) : replaysOf(tenant).where(filter));
  return listByCursor<ReplayRow>(executor, query, { columns: COLUMNS, page });
}

/** Stops it where it stands; it waits for a batch that is under way. @returns null where it does not run */
export async function cancelReplay(transaction: Executor, tenant: TenantScope, id: string): Promise<ReplayRow | null> {
  const [row] = await transaction.run<ReplayRow>(
    replaysOf(tenant)
      .where({ id, status: 'running' })
      .update({ status: 'cancelled', completed_at: sql.fn.now(), updated_at: sql.fn.now() })
      .returning(COLUMNS),
  );
  return row ?? null;
}

/** How those deliveries stand whose present run belongs to this replay; an index holds all that is counted. */
export async function countResult(executor: Executor, tenant: TenantScope, id: string): Promise<ReplayResult> {
  const rows = await executor.query<{ status: keyof ReplayResult; count: number }>({
    text: `SELECT status, count(*) AS count FROM deliveries WHERE replay_id = $1 AND tenant_id = $2 GROUP BY status`,
    values: [id, tenant.tenant_id],
  });
  const counted = Object.fromEntries(rows.map(({ status, count }) => [status, count]));
  return { succeeded: 0, dead: 0, cancelled: 0, pending: 0, ...counted };
}
