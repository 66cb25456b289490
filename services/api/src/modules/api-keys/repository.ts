import { sql, type Executor } from '@switchboard/db';

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
  created_at: Date;
}

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
  'created_at',
];

export async function insertApiKey(
  executor: Executor,
  key: Pick<ApiKeyRow, 'id' | 'tenant_id' | 'name' | 'mode' | 'prefix' | 'last4' | 'scopes'> & { key_hash: Buffer },
): Promise<ApiKeyRow> {
  const [row] = await executor.run<ApiKeyRow>(sql('api_keys').insert(key).returning(COLUMNS));
  return row as ApiKeyRow;
}

/** The key that may be used now: neither revoked nor expired, by the database's clock. */
export async function findUsableApiKey(executor: Executor, hash: Buffer): Promise<ApiKeyRow | null> {
  const [row] = await executor.query<ApiKeyRow>({
    name: 'find-usable-api-key',
    text: `
      SELECT ${COLUMNS.join(', ')} FROM api_keys
      WHERE key_hash = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())`,
    values: [hash],
  });
  return row ?? null;
}

/** @returns the key, whether it was revoked now or before; null where there is none */
export async function revokeApiKey(executor: Executor, id: string): Promise<ApiKeyRow | null> {
  const [row] = await executor.run<ApiKeyRow>(
    sql('api_keys')
      .where({ id })
      .update({ revoked_at: sql.raw('coalesce(revoked_at, now())') })
      .returning(COLUMNS),
  );
  return row ?? null;
}
