import { sql, type Executor } from '@switchboard/db';
import type { ListMeta } from '@switchboard/shared';
import { listPage, type ListOrder } from '../../http/list-query.js';
import type { PageRequest } from '../../http/pagination.js';
import { JOIN_PLAN, PLAN_COLUMNS, type PlanColumns } from '../plans/plan-of-tenant.js';

export interface ApiKeyRow {
  id: string;
  tenant_id: string;
  name: string;
  mode: 'live' | 'test';
  prefix: string;
  last4: string;
  scopes: string[];
  expires_at: Date | null;
  revoked_at: Date | null;
  last_used_at: Date | null;
  created_at: Date;
}

/** A key that may be used now, with the plan its tenant is on. */
export type UsableKeyRow = Pick<ApiKeyRow, 'id' | 'tenant_id' | 'mode' | 'scopes' | 'expires_at'> & PlanColumns;

const COLUMNS = [
  'id',
  'tenant_id',
  'name',
  'mode',
  'prefix',
  'last4',
  'scopes',
  'expires_at',
  'revoked_at',
  'last_used_at',
  'created_at',
];

/** Those that are not deleted: every query below that a person's wish leads to starts here. */
function keys() {
  return sql('api_keys').whereNull('deleted_at');
}

export async function insertApiKey(
  executor: Executor,
  key: Pick<ApiKeyRow, 'id' | 'tenant_id' | 'name' | 'mode' | 'prefix' | 'last4' | 'scopes' | 'expires_at'> & {
    key_hash: Buffer;
  },
): Promise<ApiKeyRow> {
  const [row] = await executor.run<ApiKeyRow>(sql('api_keys').insert(key).returning(COLUMNS));
  return row as ApiKeyRow;
}

/** Neither revoked nor expired, by the database's clock. */
export async function findUsableApiKey(executor: Executor, hash: Buffer): Promise<UsableKeyRow | null> {
  const [row] = await executor.query<UsableKeyRow>({
    name: 'find-usable-api-key',
    text: `
      SELECT k.id, k.tenant_id, k.mode, k.scopes, k.expires_at, ${PLAN_COLUMNS}
      FROM api_keys k JOIN tenants t ON t.id = k.tenant_id ${JOIN_PLAN}
      WHERE k.key_hash = $1 AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())`,
    values: [hash],
  });
  return row ?? null;
}

/** One that is not deleted. */
export async function lockApiKey(transaction: Executor, id: string): Promise<ApiKeyRow | null> {
  const [row] = await transaction.run<ApiKeyRow>(keys().where({ id }).select(COLUMNS).forUpdate());
  return row ?? null;
}

/**
 * An earlier end is kept: rolling a key twice must not give the first one more time.
 * @returns when it ends
 */
export async function setApiKeyExpiry(executor: Executor, id: string, expiresAt: Date): Promise<Date | null> {
  const [row] = await executor.run<ApiKeyRow>(
    keys()
      .where({ id })
      .update({ expires_at: sql.raw('least(expires_at, ?::timestamptz)', [expiresAt]) })
      .returning(COLUMNS),
  );
  return row?.expires_at ?? null;
}

export async function revokeApiKey(executor: Executor, id: string): Promise<ApiKeyRow> {
  const [row] = await executor.run<ApiKeyRow>(
    keys().where({ id }).update({ revoked_at: sql.fn.now() }).returning(COLUMNS),
  );
  return row as ApiKeyRow;
}

export async function hideApiKey(executor: Executor, id: string): Promise<void> {
  await executor.run(
    keys()
      .where({ id })
      .update({ deleted_at: sql.fn.now(), revoked_at: sql.raw('coalesce(revoked_at, now())') }),
  );
}

export function listApiKeys(
  executor: Executor,
  tenantId: string,
  { page, order }: { page: PageRequest; order: ListOrder },
): Promise<{ rows: ApiKeyRow[]; meta: ListMeta }> {
  return listPage<ApiKeyRow>(executor, () => keys().where({ tenant_id: tenantId }), {
    columns: COLUMNS,
    order,
    page,
  });
}

/** Other processes may have noted the use already; then this writes nothing. */
export async function touchApiKeys(executor: Executor, ids: readonly string[]): Promise<void> {
  await executor.query({
    name: 'touch-api-keys',
    text: `
      UPDATE api_keys SET last_used_at = now()
      WHERE id = ANY ($1::uuid[]) AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')`,
    values: [ids],
  });
}
