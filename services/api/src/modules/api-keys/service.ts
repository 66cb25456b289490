import { isForeignKeyViolation, type Database, type Executor } from '@switchboard/db';
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
import { OLDEST_FIRST, type ListOrder } from '../../http/list-query.js';
import type { PageRequest } from '../../http/pagination.js';
import type { TenantContext } from '../../http/route.js';
import { planOf } from '../plans/plan-of-tenant.js';
import { auditedKey, OPERATOR, writeKeyAudit, type KeyChanger } from './audit.js';
import type { KeyCache } from './key-cache.js';
import {
  findUsableApiKey,
  hideApiKey,
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
    async create(input: NewApiKeyInput, by: KeyChanger = OPERATOR): Promise<ApiKeyView & { key: string }> {
      by.requireMay?.(input.mode);
      const { expires_at = null, ...rest } = input;
      const { key, hash, prefix, last4 } = generateApiKey(keyPrefix, input.mode);
      const fresh = { ...rest, expires_at, id: newUuid(), key_hash: hash, prefix, last4 };
      try {
        return await database.transaction(async (transaction) => {
          const row = await insertApiKey(transaction, fresh);
          await writeKeyAudit(transaction, by, row, { action: 'created', after: auditedKey(row) });
          return { ...toView(row), key };
        });
      } catch (error) {
        if (isForeignKeyViolation(error))
          throw validationFailed([{ path: 'tenant_id', message: 'there is no tenant with this id' }]);
        throw error;
      }
    },

    async list(
      tenantId: string,
      page: PageRequest,
      order: ListOrder = OLDEST_FIRST,
    ): Promise<{ data: ApiKeyView[]; meta: ListMeta }> {
      const { rows, meta } = await listApiKeys(database, tenantId, { page, order });
      return { data: rows.map(toView), meta };
    },

    /** Revoking it again changes nothing, and is no news for the audit log. */
    revoke(id: string, by: KeyChanger = OPERATOR): Promise<ApiKeyView> {
      return database.transaction(async (transaction) => {
        const old = await lockOwnKey(transaction, id, by);
        if (old.revoked_at !== null) return toView(old);
        const row = await revokeApiKey(transaction, id);
        await writeKeyAudit(transaction, by, row, { action: 'revoked', before: auditedKey(row) });
        return toView(row);
      });
    },

    /** A new key with the old one's name, mode and scopes; the old one ends after the overlap. */
    roll(id: string, overlapMs: number, by: KeyChanger = OPERATOR): Promise<ApiKeyView & { key: string }> {
      return database.transaction(async (transaction) => {
        const old = await lockOwnKey(transaction, id, by);
        if (old.revoked_at !== null)
          throw new AppError('conflict', 'A revoked key cannot be rolled; create a new one.');
        const { key, hash, prefix, last4 } = generateApiKey(keyPrefix, old.mode);
        const { tenant_id, name, mode, scopes } = old;
        const fresh = { id: newUuid(), tenant_id, name, mode, scopes, expires_at: null, key_hash: hash, prefix, last4 };
        const row = await insertApiKey(transaction, fresh);
        const endsAt = await setApiKeyExpiry(transaction, id, new Date(Date.now() + overlapMs));
        const after = { ...auditedKey(row), id: toPublicId('apiKey', row.id), old_key_ends_at: endsAt };
        await writeKeyAudit(transaction, by, old, { action: 'rolled', before: auditedKey(old), after });
        return { ...toView(row), key };
      });
    },

    /** Ends it where it still works, and hides it for good; its row stays for the audit log's sake. */
    delete(id: string, by: KeyChanger): Promise<void> {
      return database.transaction(async (transaction) => {
        const old = await lockOwnKey(transaction, id, by);
        await hideApiKey(transaction, id);
        await writeKeyAudit(transaction, by, old, { action: 'deleted', before: auditedKey(old) });
      });
    },
  };
}

/** @throws AppError not_found, or forbidden where it is theirs but of a mode that they may not manage */
async function lockOwnKey(transaction: Executor, id: string, by: KeyChanger): Promise<ApiKeyRow> {
  const row = await lockApiKey(transaction, id);
  if (!row || (by.tenant_id !== undefined && row.tenant_id !== by.tenant_id)) throw notFound();
  by.requireMay?.(row.mode);
  return row;
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
    if (tenant) onUsed(tenant.caller.id);
    return tenant;
  };
}

function toTenant(row: UsableKeyRow): TenantContext {
  const { id, tenant_id, mode, scopes } = row;
  return { caller: { kind: 'api_key', id }, tenant_id, mode, scopes, plan: planOf(row) };
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
