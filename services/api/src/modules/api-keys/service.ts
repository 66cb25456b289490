import { isForeignKeyViolation, type Database } from '@switchboard/db';
import {
  AppError,
  generateApiKey,
  hashApiKey,
  isWellFormedApiKey,
  newUuid,
  notFound,
  toPublicId,
  validationFailed,
  type ListMeta,
  type Mode,
} from '@switchboard/shared';
import type { PageRequest } from '../../http/pagination.js';
import type { TenantContext } from '../../http/route.js';
import type { KeyCache } from './key-cache.js';
import {
  findUsableApiKey,
  insertApiKey,
  listApiKeys,
  lockApiKey,
  revokeApiKey,
  setApiKeyExpiry,
  type ApiKeyRow,
  type UsableKeyRow,
} from './repository.js';
import type { ApiKeyView } from './schemas.js';

export interface NewApiKeyInput {
  tenant_id: string;
  name: string;
  mode: Mode;
  scopes: string[];
  expires_at?: Date | undefined;
}

export interface ApiKeyServiceDeps {
  database: Database;
  keyPrefix: string;
}

export interface AuthenticatorDeps extends ApiKeyServiceDeps {
  cache: KeyCache<TenantContext>;
  onUsed(keyId: string): void;
}

export type ApiKeyService = ReturnType<typeof createApiKeyService>;

export function createApiKeyService({ database, keyPrefix }: ApiKeyServiceDeps) {
  return {
    /** The key is in this answer and in no other; only its SHA-256 is kept. */
    async create(input: NewApiKeyInput): Promise<ApiKeyView & { key: string }> {
      const { expires_at = null, ...rest } = input;
      const { hash, ...made } = generateApiKey(keyPrefix, input.mode);
      try {
        const { prefix, last4 } = made;
        const row = await insertApiKey(database, { ...rest, expires_at, id: newUuid(), key_hash: hash, prefix, last4 });
        return { ...toView(row), key: made.key };
      } catch (error) {
        if (isForeignKeyViolation(error))
          throw validationFailed([{ path: 'tenant_id', message: 'there is no tenant with this id' }]);
        throw error;
      }
    },

    async list(tenantId: string, page: PageRequest): Promise<{ data: ApiKeyView[]; meta: ListMeta }> {
      const { rows, meta } = await listApiKeys(database, tenantId, page);
      return { data: rows.map(toView), meta };
    },

    async revoke(id: string): Promise<ApiKeyView> {
      const row = await revokeApiKey(database, id);
      if (!row) throw notFound();
      return toView(row);
    },

    /** A new key with the old one's name, mode and scopes; the old one ends after the overlap. */
    roll(id: string, overlapMs: number): Promise<ApiKeyView & { key: string }> {
      return database.transaction(async (transaction) => {
        const old = await lockApiKey(transaction, id);
        if (!old) throw notFound();
        if (old.revoked_at !== null)
          throw new AppError('conflict', 'A revoked key cannot be rolled; create a new one.');
        const { key, hash, prefix, last4 } = generateApiKey(keyPrefix, old.mode);
        const { tenant_id, name, mode, scopes } = old;
        const fresh = { id: newUuid(), tenant_id, name, mode, scopes, expires_at: null, key_hash: hash, prefix, last4 };
        const row = await insertApiKey(transaction, fresh);
        await setApiKeyExpiry(transaction, id, new Date(Date.now() + overlapMs));
        return { ...toView(row), key };
      });
    },
  };
}

/** The tenant behind a presented key, or null where the key is unknown, revoked or expired. */
export function createAuthenticator({ database, keyPrefix, cache, onUsed }: AuthenticatorDeps) {
  return async (key: string): Promise<TenantContext | null> => {
    if (!isWellFormedApiKey(key, keyPrefix)) return null;
    const hash = hashApiKey(key);
    const tenant = await cache.get(hash, async () => {
      const row = await findUsableApiKey(database, hash);
      return row && { value: toTenant(row), tenant_id: row.tenant_id, expires_at: row.expires_at };
    });
    if (tenant) onUsed(tenant.key_id);
    return tenant;
  };
}

function toTenant(row: UsableKeyRow): TenantContext {
  const {
    id: key_id,
    tenant_id,
    mode,
    scopes,
    plan_id,
    plan_name,
    requests_per_minute,
    requests_per_day,
    entitlements,
  } = row;
  const plan = { id: plan_id, name: plan_name, requests_per_minute, requests_per_day, entitlements };
  return { key_id, tenant_id, mode, scopes, plan };
}

function toView(row: ApiKeyRow): ApiKeyView {
  return {
    id: toPublicId('apiKey', row.id),
    tenant_id: toPublicId('tenant', row.tenant_id),
    name: row.name,
    mode: row.mode,
    prefix: row.prefix,
    last4: row.last4,
    scopes: row.scopes,
    expires_at: row.expires_at?.toISOString() ?? null,
    revoked_at: row.revoked_at?.toISOString() ?? null,
    last_used_at: row.last_used_at?.toISOString() ?? null,
    created_at: row.created_at.toISOString(),
  };
}
