import type { Database } from '@switchboard/db';
import { fromPublicId, type Mode } from '@switchboard/shared';
import type request from 'supertest';
import { createApiKeyService } from '../modules/api-keys/service.js';
import { createTenantService } from '../modules/tenants/service.js';
import { platformToken } from './platform-token.js';

type Method = 'get' | 'post' | 'patch' | 'put' | 'delete';

/** Sends requests as somebody: supertest with the credential set. */
export type Caller = Record<Method, (path: string) => request.Test>;

/** One tenant with one key, made by the services that the CLI and the platform use. */
export interface Tenant extends Caller {
  /** `ten_...`, and the UUID behind it. */
  id: string;
  uuid: string;
  key: string;
  keyId: string;
}

export interface Actors {
  createTenant(options?: { name?: string; plan?: string; mode?: Mode; scopes?: string[] }): Promise<Tenant>;
  /** Another key of a tenant that exists. */
  createKey(tenant: Pick<Tenant, 'id' | 'uuid'>, options?: { mode?: Mode; scopes?: string[] }): Promise<Tenant>;
  /** The platform's own backend. */
  platform: Caller;
}

export function createActors(database: Database, http: ReturnType<typeof request>): Actors {
  const createKey: Actors['createKey'] = async (tenant, { mode = 'live', scopes = ['*'] } = {}) => {
    const keys = createApiKeyService({ database, keyPrefix: 'sb' });
    const { key, id } = await keys.create({ tenant_id: tenant.uuid, name: 'test', mode, scopes });
    return { id: tenant.id, uuid: tenant.uuid, key, keyId: id, ...callerWith(http, key) };
  };
  return {
    createKey,
    createTenant: async ({ name = 'Dental Studio', plan = 'unlimited', ...keyOptions } = {}) => {
      const { id } = await createTenantService({ database }).create({ name, plan });
      return createKey({ id, uuid: fromPublicId('tenant', id) as string }, keyOptions);
    },
    platform: callerWith(http, platformToken()),
  };
}

export function callerWith(http: ReturnType<typeof request>, bearer: string): Caller {
  const send = (method: Method) => (path: string) => http[method](path).set('Authorization', `Bearer ${bearer}`);
  return { get: send('get'), post: send('post'), patch: send('patch'), put: send('put'), delete: send('delete') };
}
