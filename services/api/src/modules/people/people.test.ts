import { afterAll, beforeEach, beforeAll, describe, expect, it } from '@jest/globals';
import { newUuid, toPublicId } from '@switchboard/shared';
import type { Tenant } from '../../testing/actors.js';
import { expectError, expectInvalid, withoutRequestId } from '../../testing/answers.js';
import { auditOf, type Person } from '../../testing/people.js';
import { startTestApi, type TestApi } from '../../testing/test-api.js';

let api: TestApi;
let tenant: Tenant;
let owner: Person;

beforeAll(async () => {
  api = await startTestApi();
});
beforeEach(async () => {
  tenant = await api.createTenant();
  owner = await api.signIn(tenant, 'owner');
});
afterAll(() => api.close());

const pathOf = ({ id }: Person) => `/settings/api/people/${id}`;

describe('GET /settings/api/people', () => {
  it('lists who belongs to the tenant, for every role', async () => {
    const viewer = await api.signIn(tenant, 'viewer');
    const { data } = (await viewer.get('/settings/api/people')).body;
    const common = {
      name: 'Ada',
      joined_at: expect.stringMatching(/Z$/),
      last_sign_in_at: expect.stringMatching(/Z$/),
    };
    expect(data).toEqual({
      members: [
        { ...common, id: owner.id, email: owner.email, role: 'owner', is_you: false },
        { ...common, id: viewer.id, email: viewer.email, role: 'viewer', is_you: true },
      ],
      invitations: [],
    });
  });

  it('shows nobody of another tenant', async () => {
    const stranger = await api.signIn(await api.createTenant(), 'owner');
    expect(JSON.stringify((await owner.get('/settings/api/people')).body)).not.toContain(stranger.email);
  });
});

describe('PATCH /settings/api/people/{id}', () => {
  it('changes what somebody may do with their very next request', async () => {
    const person = await api.signIn(tenant, 'viewer');
    const endpoint = { url: 'https://receiver.example/', event_types: ['*'] };
    const create = () => person.post('/settings/api/webhooks').send(endpoint);
    expectError(await create(), 'forbidden');
    const changed = await owner.patch(pathOf(person)).send({ role: 'developer' });
    expect(changed.body.data).toMatchObject({ id: person.id, role: 'developer', is_you: false });
    expect((await create()).status).toBe(201);
    await owner.patch(pathOf(person)).send({ role: 'viewer' });
    expectError(await create(), 'forbidden');
  });

  it('is in the audit log with what they were and are', async () => {
    const { id, email, ...person } = await api.signIn(tenant, 'viewer');
    await owner.patch(pathOf({ ...person, id, email })).send({ role: 'admin' });
    expect(await auditOf(api.database, tenant)).toContainEqual(
      expect.objectContaining({
        action: 'person.role_changed',
        actor_kind: 'user',
        before: { email, role: 'viewer' },
        after: { email, role: 'admin' },
        ip: expect.stringContaining('127.0.0.1'),
      }),
    );
  });

  it('refuses a role that is none, and more than a role', async () => {
    expectInvalid(await owner.patch(pathOf(owner)).send({ role: 'super_admin' }), 'role');
    expectInvalid(await owner.patch(pathOf(owner)).send({ role: 'owner', email: 'x@example.com' }), 'email');
  });
});

describe('DELETE /settings/api/people/{id}', () => {
  it('puts somebody out at once, though their session goes on', async () => {
    const person = await api.signIn(tenant, 'admin');
    expect((await person.get('/settings/api/webhooks')).status).toBe(200);
    const removed = await owner.delete(pathOf(person));
    expect(removed.body).toEqual({ success: true, data: { id: person.id, removed: true } });
    expectError(await person.get('/settings/api/webhooks'), 'not_found');
    expect((await person.get('/settings/api/session')).body.data.tenants).toEqual([]);
    expect((await auditOf(api.database, tenant)).at(-1)).toMatchObject({
      action: 'person.removed',
      before: { email: person.email, role: 'admin' },
    });
  });

  it('one who belongs to another tenant is what nobody is', async () => {
    const stranger = await api.signIn(await api.createTenant(), 'viewer');
    const nobody = `/settings/api/people/${toPublicId('user', newUuid())}`;
    const [foreign, missing] = [await owner.delete(pathOf(stranger)), await owner.delete(nobody)];
    expectError(foreign, 'not_found');
    expect(withoutRequestId(foreign.text)).toBe(withoutRequestId(missing.text));
    expectError(await owner.patch(pathOf(stranger)).send({ role: 'owner' }), 'not_found');
    expect((await stranger.get('/settings/api/webhooks')).status).toBe(200);
  });
});

describe('the last owner', () => {
  it('stays an owner and stays', async () => {
    await api.signIn(tenant, 'admin');
    expect(expectError(await owner.delete(pathOf(owner)), 'conflict').message).toContain('last owner');
    expectError(await owner.patch(pathOf(owner)).send({ role: 'admin' }), 'conflict');
    expect((await owner.patch(pathOf(owner)).send({ role: 'owner' })).status).toBe(200);
  });

  it('may go once there is another', async () => {
    await api.signIn(tenant, 'owner');
    expect((await owner.delete(pathOf(owner))).status).toBe(200);
  });

  it('is one of two who remove each other in one moment', async () => {
    for (let n = 0; n < 5; n++) {
      const shared = await api.createTenant();
      const [ada, ben] = [await api.signIn(shared, 'owner'), await api.signIn(shared, 'owner')];
      const answers = await Promise.all([ada.delete(pathOf(ben)), ben.delete(pathOf(ada))]);
      const left = await api.database.query({
        text: `SELECT 1 FROM memberships WHERE tenant_id = $1 AND role = 'owner'`,
        values: [shared.uuid],
      });
      expect(left).toHaveLength(1);
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    }
  });
});
