import { isForeignKeyViolation, type Database } from '@switchboard/db';
import {
  generateApiKey,
  hashApiKey,
  isWellFormedApiKey,
  newUuid,
  notFound,
  toPublicId,
  validationFailed,
  type Mode,
} from '@switchboard/shared';
import type { TenantContext } from '../../http/route.js';
import { findUsableApiKey, insertApiKey, revokeApiKey, type ApiKeyRow } from './repository.js';

export interface ApiKeyView {
  id: string;
  tenant_id: string;
  name: string;
  mode: Mode;
  /** What may be shown of the key for good: its beginning and its end. */
  prefix: string;
  last4: string;
  scopes: string[];
  revoked_at: string | null;
  created_at: string;
}

export interface NewApiKeyInput {
  tenant_id: string;
  name: string;
  mode: Mode;
  scopes: string[];
}

export type ApiKeyService = ReturnType<typeof createApiKeyService>;

export function createApiKeyService({ database, keyPrefix }: { database: Database; keyPrefix: string }) {
  return {
    /** The key is in this answer and in no other; only its SHA-256 is kept. */
    async create(input: NewApiKeyInput): Promise<ApiKeyView & { key: string }> {
      const { key, hash, prefix, last4 } = generateApiKey(keyPrefix, input.mode);
      try {
        const row = await insertApiKey(database, { ...input, id: newUuid(), key_hash: hash, prefix, last4 });
        return { ...toView(row), key };
      } catch (error) {
        if (isForeignKeyViolation(error)) {
          throw validationFailed([{ path: 'tenant', message: 'there is no tenant with this id' }]);
        }
        throw error;
      }
    },

    async revoke(id: string): Promise<ApiKeyView> {
      const row = await revokeApiKey(database, id);
      if (!row) throw notFound();
      return toView(row);
    },

    async authenticate(key: string): Promise<TenantContext | null> {
      if (!isWellFormedApiKey(key, keyPrefix)) return null;
      const row = await findUsableApiKey(database, hashApiKey(key));
      return row && { tenant_id: row.tenant_id, mode: row.mode, key_id: row.id, scopes: row.scopes };
    },
  };
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
    revoked_at: row.revoked_at?.toISOString() ?? null,
    created_at: row.created_at.toISOString(),
  };
}
