import { beforeEach, describe, expect, it } from '@jest/globals';
import { newUuid, toPublicId } from '@switchboard/shared';
import { expectData, expectError, expectInvalid } from '../../testing/answers.js';
import type { Tenant } from '../../testing/actors.js';
import { DEAD_BY_STATUS, type DeliveryMaker, type MadeDelivery } from '../../testing/deliveries.js';
import { auditOf, type Person } from '../../testing/people.js';
import { apiWithFreshTenants } from '../../testing/fresh-tenant.js';
import type { TestApi } from '../../testing/test-api.js';
import { replayedSelectionSchema } from '../deliveries/replayed-selection.js';
import { deadLettersSchema, type DeadLettersView } from './schemas.js';

let api: TestApi;
let make: DeliveryMaker;
let tenant: Tenant;
let viewer: Person;
let developer: Person;
let endpoint: string;

const fresh = apiWithFreshTenants();
beforeEach(async () => {
  ({ api, make, tenant } = await fresh());
  viewer = await api.signIn(tenant, 'viewer');
  developer = await api.signIn(tenant, 'developer');
  endpoint = await make.createEndpoint(tenant);
});

const PATH = '/settings/api/dead-letters';
const TIMEOUT = {
  status: 'dead',
  status_code: null,
  error_code: 'timeout',
  error_message: 'It did not answer.',
} as const;

async function deliver(attempt: Parameters<DeliveryMaker['attempt']>[1] | null, owner = tenant): Promise<MadeDelivery> {
  const delivery = await make.deliverOne(owner);
  if (attempt) await make.attempt(delivery, attempt);
  return delivery;
}

const show = async (query = ''): Promise<DeadLettersView> =>
  expectData(await viewer.get(PATH + query), 200, deadLettersSchema.strict());
const replay = (who: Person, ...delivery_ids: string[]) => who.post(`${PATH}/replay`).send({ delivery_ids });
const statusOf = async ({ id }: MadeDelivery) =>
  (await viewer.get(`/settings/api/deliveries/${id}`)).body.data.status as string;

describe('dead letters', () => {
  it('200: stand in groups by endpoint and reason, what failed last first', async () => {
    await deliver({ ...DEAD_BY_STATUS, error_message: 'It answered 404.' });
    await deliver(DEAD_BY_STATUS);
    await deliver(TIMEOUT);
    await deliver({});
    await deliver(null);
    const { groups, ...rest } = await show();
    const shownEndpoint = { id: endpoint, url: 'https://receiver.example/', enabled: true, deleted: false };
    const times = { first_at: expect.any(String), last_at: expect.any(String) };
    expect(groups).toEqual([
      { endpoint: shownEndpoint, error: { code: 'timeout', message: 'It did not answer.' }, count: 1, ...times },
      {
        endpoint: shownEndpoint,
        error: { code: 'http_status', message: 'The endpoint answered 500.' },
        count: 2,
        ...times,
      },
    ]);
    expect(rest).toEqual({ total: 3, is_complete: true });
    expect(Date.parse(groups[1]?.last_at ?? '')).toBeGreaterThan(Date.parse(groups[1]?.first_at ?? ''));
  });

  it('200: since a time; not the other mode’s, not other tenants’, not a test’s', async () => {
    await deliver(TIMEOUT);
    const [first] = (await tenant.get('/api/v1/events')).body.data as { created_at: string }[];
    const since = new Date(Date.parse(first?.created_at ?? '') + 1).toISOString();
    await deliver(DEAD_BY_STATUS);
    const other = await api.createTenant();
    await make.createEndpoint(other);
    await deliver(TIMEOUT, other);
    expect((await show()).total).toBe(2);
    expect((await show(`?since=${since}`)).groups).toMatchObject([{ count: 1, error: { code: 'http_status' } }]);
    expect((await viewer.choosing({ mode: 'test' }).get(PATH)).body.data.total).toBe(0);
    await api.database.query({
      text: `UPDATE deliveries SET run_trigger = 'test' WHERE tenant_id = $1`,
      values: [tenant.uuid],
    });
    expect(await show()).toEqual({ groups: [], total: 0, is_complete: true });
  });

  it('200: an endpoint that is deleted still says where they should have gone', async () => {
    await deliver(TIMEOUT);
    await tenant.delete(`/api/v1/webhook-endpoints/${endpoint}`);
    expect((await show()).groups).toMatchObject([{ endpoint: { id: endpoint, deleted: true }, count: 1 }]);
  });

  it('a whole group is replayed by its two names and nothing else of the tenant', async () => {
    await deliver(TIMEOUT);
    await deliver(DEAD_BY_STATUS);
    const [{ endpoint: { id }, error } = { endpoint: { id: '' }, error: { code: '' } }] = (await show()).groups;
    const body = { endpoint_id: id, error: error.code };
    expect((await developer.post('/settings/api/replays').send(body)).body.data).toMatchObject({ matched: 1 });
  });
});

describe('replaying a selection', () => {
  it('202: sets going what can be, and says of each other one why not', async () => {
    const [one, two, pending] = [await deliver(TIMEOUT), await deliver(DEAD_BY_STATUS), await deliver(null)];
    const gone = toPublicId('delivery', newUuid());
    const other = await api.createTenant();
    await make.createEndpoint(other);
    const foreign = await deliver(TIMEOUT, other);

    const answer = await replay(developer, one.id, two.id, pending.id, gone, foreign.id, one.id);
    const { replayed, refused } = expectData(answer, 202, replayedSelectionSchema.strict());
    expect(replayed.sort()).toEqual([one.id, two.id].sort());
    expect(refused).toEqual([
      { id: pending.id, reason: expect.stringContaining('has not ended') },
      { id: gone, reason: 'There is nothing with this id.' },
      { id: foreign.id, reason: 'There is nothing with this id.' },
    ]);
    expect(await Promise.all([one, two].map(statusOf))).toEqual(['pending', 'pending']);
    const rows = await api.database.query({
      text: 'SELECT status FROM deliveries WHERE tenant_id = $1',
      values: [other.uuid],
    });
    expect(rows).toEqual([{ status: 'dead' }]);
  });

  it('202: what is disabled is refused in words, and nothing is written', async () => {
    const one = await deliver(TIMEOUT);
    await tenant.patch(`/api/v1/webhook-endpoints/${endpoint}`).send({ enabled: false });
    const before = await auditOf(api.database, tenant);
    expect((await replay(developer, one.id)).body.data).toEqual({
      ...{ replayed: [], refused: [{ id: one.id, reason: expect.stringContaining('is disabled') }] },
    });
    expect(await auditOf(api.database, tenant)).toHaveLength(before.length);
  });

  it('202: asked twice at once, each delivery has one new run', async () => {
    const made = [await deliver(TIMEOUT), await deliver(TIMEOUT)].map(({ id }) => id);
    const answers = await Promise.all([replay(developer, ...made), replay(developer, ...made.toReversed())]);
    const replayed = answers.flatMap((answer) => (answer.body.data as { replayed: string[] }).replayed);
    expect(replayed.sort()).toEqual([...made].sort());
  });

  it('is one entry of the audit log that names them all', async () => {
    const made = [await deliver(TIMEOUT), await deliver(TIMEOUT)].map(({ id }) => id);
    await replay(developer, ...made);
    const [entry] = (await auditOf(api.database, tenant)).filter(({ action }) => action === 'deliveries.replayed');
    expect(entry).toMatchObject({ actor_kind: 'user', mode: 'live', target_kind: 'delivery' });
    expect((entry?.after as { delivery_ids: string[] }).delivery_ids.sort()).toEqual(made.sort());
  });

  it('403, 422: not for a viewer; one to a hundred ids of deliveries', async () => {
    const one = await deliver(TIMEOUT);
    expectError(await replay(viewer, one.id), 'forbidden');
    expect(await statusOf(one)).toBe('dead');
    expectInvalid(await replay(developer), 'delivery_ids');
    expectInvalid(await replay(developer, endpoint), 'delivery_ids.0');
    const many = Array.from({ length: 101 }, () => toPublicId('delivery', newUuid()));
    expectInvalid(await replay(developer, ...many), 'delivery_ids');
  });
});
