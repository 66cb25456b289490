import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  abilitiesOf,
  grantsScope,
  newUuid,
  ROLES,
  scopesOf,
  toPublicId,
  type Ability,
  type Role,
} from '@switchboard/shared';
import type { Tenant } from '../testing/actors.js';
import { expectError } from '../testing/answers.js';
import { idFieldsOf } from '../testing/operations.js';
import { personOf, type Person } from '../testing/people.js';
import { startTestApi, type TestApi } from '../testing/test-api.js';

let api: TestApi;
let tenant: Tenant;
const people = {} as Record<Role, Person>;

beforeAll(async () => {
  api = await startTestApi();
  tenant = await api.createTenant();
  for (const role of ROLES) people[role] = await api.signIn(tenant, role);
});
afterAll(() => api.close());

type PortalRoute = TestApi['portalRoutes'][number];

/** With ids that nobody has: whoever may call it gets as far as 404 or 422, and nothing is changed. */
function send(person: Person, route: PortalRoute) {
  const ids = new Map(idFieldsOf(route.params).map(({ path, kind }) => [path, toPublicId(kind, newUuid())]));
  return person[route.method](route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids.get(name) ?? 'x'));
}

const allows = (role: Role, route: PortalRoute) => allowedBy(abilitiesOf(role), route);

function allowedBy(abilities: Ability[], route: PortalRoute): boolean {
  return 'ability' in route ? abilities.includes(route.ability) : grantsScope(scopesOf(abilities), route.scope);
}

const changing = () => api.portalRoutes.filter(({ method }) => method !== 'get');
/** All but the stream, which does not end. */
const showing = () => api.portalRoutes.filter(({ method, path }) => method === 'get' && !path.endsWith('/live'));

describe('every operation of the portal', () => {
  it('that changes something is refused to a viewer', async () => {
    expect(changing().length).toBeGreaterThan(10);
    for (const route of changing()) {
      const { message } = expectError(await send(people.viewer, route), 'forbidden');
      expect({ route: route.operationId, message }).toEqual({
        route: route.operationId,
        message: 'Your role viewer does not allow this.',
      });
    }
  });

  it.each(ROLES)('asks the server what a %s may do', async (role) => {
    const refused: string[] = [];
    for (const route of changing()) {
      const { status } = await send(people[role], route);
      expect({ route: route.operationId, status }).not.toMatchObject({ status: 500 });
      if (status === 403) refused.push(route.operationId);
    }
    expect(refused).toEqual(
      changing()
        .filter((route) => !allows(role, route))
        .map(({ operationId }) => operationId),
    );
  });

  it('that only shows is open to a viewer', async () => {
    expect(showing().length).toBeGreaterThan(8);
    for (const route of showing()) {
      const { status } = await send(people.viewer, route);
      expect({ route: route.operationId, isRefused: [401, 403, 500].includes(status) }).toMatchObject({
        isRefused: false,
      });
    }
  });

  it('is refused to a link that was not given what it takes', async () => {
    const made = await tenant.post('/api/v1/portal-links').send({ abilities: ['view'] });
    const token = new URL((made.body as { data: { url: string } }).data.url).hash.slice(1);
    const visitor = personOf(api.http, '', await api.http.post('/settings/api/session/open-link').send({ token }));
    for (const route of [...changing(), ...showing()]) {
      const { status } = await send(visitor, route);
      expect({ route: route.operationId, isRefused: status === 403 }).toEqual({
        route: route.operationId,
        isRefused: !allowedBy(['view'], route),
      });
    }
  });
});

describe('what each role is for', () => {
  it.each<[string, Ability, Role[]]>([
    ['webhooks', 'webhooks:manage', ['developer', 'admin', 'owner']],
    ['test keys', 'keys:manage_test', ['developer', 'admin', 'owner']],
    ['live keys', 'keys:manage_live', ['admin', 'owner']],
    ['people', 'people:manage', ['owner']],
    ['looking', 'view', ['viewer', 'developer', 'admin', 'owner']],
  ])('%s', (_what, ability, roles) => {
    expect(ROLES.filter((role) => abilitiesOf(role).includes(ability))).toEqual(roles);
  });
});

describe('another tenant’s things', () => {
  it('are what does not exist, for its owner too', async () => {
    const other = await api.createTenant();
    const created = await other
      .post('/api/v1/webhook-endpoints')
      .send({ url: 'https://b.example/', event_types: ['*'] });
    const path = `/settings/api/webhooks/${created.body.data.id}`;
    expectError(await people.owner.get(path), 'not_found');
    expectError(await people.owner.delete(path), 'not_found');
    expectError(await people.owner.patch(path).send({ enabled: false }), 'not_found');
    expect((await other.get(`/api/v1/webhook-endpoints/${created.body.data.id}`)).body.data.enabled).toBe(true);
  });
});

describe('an endpoint that a person makes', () => {
  it('is one of the public API, and the audit log names the person', async () => {
    const made = await people.developer
      .post('/settings/api/webhooks')
      .send({ url: 'https://receiver.example/', event_types: ['*'] });
    const { id } = made.body.data;
    expect((await tenant.get(`/api/v1/webhook-endpoints/${id}`)).body.data).toMatchObject({ id });
    const [entry] = await api.database.query<{ actor_kind: string; email: string }>({
      text: `
        SELECT a.actor_kind, u.email FROM audit_log a JOIN users u ON u.id = a.actor_id
        WHERE a.action = 'webhook_endpoint.created' AND a.tenant_id = $1 AND a.actor_kind = 'user'`,
      values: [tenant.uuid],
    });
    expect(entry).toEqual({ actor_kind: 'user', email: people.developer.email });
  });

  it('needs a plan with webhooks, as with a key', async () => {
    await api.platform.put('/platform/v1/plans/talk_only').send({
      name: 'Talk',
      rank: 77,
      requests_per_minute: 100,
      requests_per_day: 1_000,
      entitlements: ['public_api'],
    });
    const poor = await api.createTenant({ plan: 'talk_only' });
    expectError(await (await api.signIn(poor, 'owner')).get('/settings/api/webhooks'), 'entitlement_required');
  });
});
