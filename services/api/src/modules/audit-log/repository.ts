import { sql, type Actor, type Executor } from '@switchboard/db';
import { firstUuidOf, type ListMeta } from '@switchboard/shared';
import { listByCursor } from '../../http/list-query.js';
import type { CursorRequest } from '../../http/pagination.js';

export interface AuditRow {
  id: string;
  sequence: number;
  occurred_at: Date;
  mode: 'live' | 'test' | null;
  actor_kind: Actor['kind'];
  actor_id: string | null;
  ip: string | null;
  action: string;
  target_kind: string;
  target_id: string | null;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  request_id: string | null;
  hash: Buffer;
}

export interface AuditFilter {
  actor_kind?: string | undefined;
  /** With `.*` behind a kind of things: all that was done to them. */
  action?: string | undefined;
  target_id?: string | undefined;
  since?: Date | undefined;
  until?: Date | undefined;
  /** What concerns this mode alone; all of both, and what concerns neither, where it is not said. */
  mode?: string | undefined;
}

const COLUMNS = [
  ...['id', 'sequence', 'occurred_at', 'mode', 'actor_kind', 'actor_id', 'ip', 'action'],
  ...['target_kind', 'target_id', 'before', 'after', 'request_id', 'hash'],
];

function entriesOf(tenantId: string, { action, since, until, ...exact }: AuditFilter) {
  const given = Object.fromEntries(Object.entries(exact).filter(([, value]) => value !== undefined));
  const query = sql('audit_log').where({ tenant_id: tenantId, ...given });
  if (action?.endsWith('.*')) query.whereRaw('starts_with(action, ?)', [action.slice(0, -1)]);
  else if (action !== undefined) query.where({ action });
  // An entry's id is made in the moment that it tells of; the index is by id.
  if (since) query.where('occurred_at', '>=', since).where('id', '>=', firstUuidOf(since.getTime() - MARGIN_MS));
  if (until) query.where('occurred_at', '<', until).where('id', '<', firstUuidOf(until.getTime() + MARGIN_MS));
  return query;
}

/** The id has the API's clock, the time the database's, and a transaction may have begun a while before its last act. */
const MARGIN_MS = 120_000;

export function listAuditEntries(
  executor: Executor,
  tenantId: string,
  filter: AuditFilter,
  page: CursorRequest,
): Promise<{ rows: AuditRow[]; meta: ListMeta }> {
  return listByCursor<AuditRow>(executor, () => entriesOf(tenantId, filter), { columns: COLUMNS, page });
}

/** What comes behind an entry, newest first, for those who read all. */
export function readAuditEntries(
  executor: Executor,
  tenantId: string,
  filter: AuditFilter,
  { afterId, limit }: { afterId: string | null; limit: number },
): Promise<AuditRow[]> {
  const query = entriesOf(tenantId, filter).select(COLUMNS).orderBy('id', 'desc').limit(limit);
  return executor.run<AuditRow>(afterId === null ? query : query.where('id', '<', afterId));
}

/** How people know keys and persons, also such as are deleted or have left. Only those of entries of this tenant are asked for. */
export async function findActorNames(
  executor: Executor,
  tenantId: string,
  rows: readonly Pick<AuditRow, 'actor_kind' | 'actor_id'>[],
): Promise<Map<string, string>> {
  const idsOf = (kind: Actor['kind']) => [
    ...new Set(rows.flatMap(({ actor_kind, actor_id }) => (actor_kind === kind && actor_id ? [actor_id] : []))),
  ];
  const found = await executor.query<{ id: string; name: string }>({
    name: 'find-actor-names',
    text: `
      SELECT id, name || ' (...' || last4 || ')' AS name FROM api_keys WHERE tenant_id = $1 AND id = ANY ($2::uuid[])
      UNION ALL SELECT id, email FROM users WHERE id = ANY ($3::uuid[])`,
    values: [tenantId, idsOf('api_key'), idsOf('user')],
  });
  return new Map(found.map(({ id, name }) => [id, name]));
}
