import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { grantsScope, SCOPES, type Scope } from '@switchboard/shared';
import { callerWith, type Tenant } from '../testing/actors.js';
import { expectInvalid } from '../testing/answers.js';
import { isPlatform, nameOf, sendAs, validRequest, type OperationRequest } from '../testing/operations.js';
import { platformToken } from '../testing/platform-token.js';
import { startTestApi, type ServedRoute, type TestApi } from '../testing/test-api.js';
import { makeWorld, type World } from '../testing/world.js';

let api: TestApi;
let asking: World;

beforeAll(async () => {
  api = await startTestApi();
  asking = await makeWorld(api, await api.createTenant());
});
afterAll(() => api.close());

const tenantOperations = () => api.routes.filter((route) => !isPlatform(route));
const platformOperations = () => api.routes.filter(isPlatform);
const ask = (route: ServedRoute, input: OperationRequest) =>
  sendAs(isPlatform(route) ? api.platform : asking.tenant, route, input);

describe('every operation', () => {
  it('refuses the fields that are ours to set, naming each', async () => {
    for (const route of api.routes.filter(({ body }) => body)) {
      const input = validRequest(route, asking);
      const ours = ['tenant_id', 'id', 'created_at', 'role'].filter((name) => !(name in (input.body ?? {})));
      const body = { ...input.body, ...Object.fromEntries(ours.map((name) => [name, asking.ids.tenant])) };
      const answer = await ask(route, { ...input, body });
      try {
        expectInvalid(answer, ...ours);
      } catch (error) {
        throw new Error(`${nameOf(route)}: ${answer.text}`, { cause: error });
      }
    }
  });

  it('refuses a query parameter that it does not know, naming it', async () => {
    for (const route of api.routes) {
      const input = validRequest(route, asking);
      const answer = await ask(route, { ...input, query: { ...input.query, tenant: 'x' } });
      expect({ operation: nameOf(route), status: answer.status, details: answer.body.error?.details }).toMatchObject({
        ...{ operation: nameOf(route), status: 422, details: [{ path: 'tenant' }] },
      });
    }
  });
});

describe('every operation of the tenants’ API', () => {
  it('is 401 without a key', async () => {
    for (const route of tenantOperations()) {
      const answer = await sendAs(api.http, route, validRequest(route, asking));
      expect({ operation: nameOf(route), ...codeOf(answer) }).toEqual({
        ...{ operation: nameOf(route), status: 401, code: 'unauthorized' },
      });
    }
  });

  it('is 403 for a key with every scope but the one it needs', async () => {
    const keys = new Map<Scope, Tenant>();
    for (const route of tenantOperations()) {
      const needed = route.scope as Scope;
      const scopes = SCOPES.filter((scope) => !grantsScope([scope], needed));
      const key = keys.get(needed) ?? (await api.createKey(asking.tenant, { scopes }));
      keys.set(needed, key);
      const answer = await sendAs(key, route, validRequest(route, asking));
      expect({ operation: nameOf(route), ...codeOf(answer) }).toEqual({
        ...{ operation: nameOf(route), status: 403, code: 'insufficient_scope' },
      });
      expect(answer.text).toContain(needed);
    }
  });
});

describe('every operation of the platform’s API', () => {
  const answersTo = async (token: string | null) => {
    const caller = token === null ? api.http : callerWith(api.http, token);
    const answers = platformOperations().map((route) => sendAs(caller, route, validRequest(route, asking)));
    return (await Promise.all(answers)).map(codeOf);
  };
  const each = (refusal: object) => platformOperations().map(() => refusal);

  it('is 401 without a token, and for a tenant’s key', async () => {
    expect(await answersTo(null)).toEqual(each({ status: 401, code: 'unauthorized' }));
    expect(await answersTo(asking.tenant.key)).toEqual(each({ status: 401, code: 'unauthorized' }));
  });

  it('is 403 for a token without the role', async () => {
    const token = platformToken({ claims: { role: 'tenant' } });
    expect(await answersTo(token)).toEqual(each({ status: 403, code: 'forbidden' }));
  });
});

function codeOf({ status, body }: { status: number; body: { error?: { code?: string } } }) {
  return { status, code: body.error?.code };
}
