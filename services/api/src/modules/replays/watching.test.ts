import { beforeEach, describe, expect, it } from '@jest/globals';
import { replayNextBatch } from '@switchboard/db';
import { newUuid, toPublicId } from '@switchboard/shared';
import { expectData, expectError, expectInvalid } from '../../testing/answers.js';
import type { Caller, Tenant } from '../../testing/actors.js';
import { walk } from '../../testing/cursors.js';
import { type DeliveryMaker, type MadeDelivery } from '../../testing/deliveries.js';
import { apiWithFreshTenants } from '../../testing/fresh-tenant.js';
import type { TestApi } from '../../testing/test-api.js';
import { replaySchema, replayWithResultSchema, type ReplayWithResultView } from './schemas.js';

let api: TestApi;
let make: DeliveryMaker;
let tenant: Tenant;

const PATH = '/api/v1/replays';

const fresh = apiWithFreshTenants();
beforeEach(async () => {
  ({ api, make, tenant } = await fresh());
  await api.database.query({ text: 'DELETE FROM replays', values: [] });
  await make.createEndpoint(tenant);
});

async function deliverDead(): Promise<MadeDelivery> {
  const delivery = await make.deliverOne(tenant);
  await make.attempt(delivery, { status: 'dead' });
  return delivery;
}

const create = async (caller: Caller = tenant, body: object = {}) =>
  expectData(await caller.post(PATH).send(body), 202, replayWithResultSchema);
const show = async ({ id }: { id: string }): Promise<ReplayWithResultView> =>
  expectData(await tenant.get(`${PATH}/${id}`), 200, replayWithResultSchema.strict());

/** What a worker does in one turn: so many deliveries. */
async function turn(count: number) {
  await api.database.query({ text: `UPDATE replays SET next_batch_at = now() - interval '1 second'`, values: [] });
  return replayNextBatch(api.database, { ratePerSecond: 2 * count });
}

describe('GET /api/v1/replays/{id}', () => {
  it('200: shows the progress, and how the deliveries stand that were set going', async () => {
    const made = [await deliverDead(), await deliverDead(), await deliverDead()] as const;
    const replay = await create();
    await turn(2);
    const nothing = { succeeded: 0, dead: 0, cancelled: 0, pending: 0 };
    expect(await show(replay)).toEqual({ ...replay, replayed: 2, result: { ...nothing, pending: 2 } });
    await make.attempt(made[0], { number: 2 });
    await make.attempt(made[1], { number: 2, status: 'dead' });
    await turn(2);
    expect(await show(replay)).toMatchObject({
      ...{ status: 'completed', matched: 3, replayed: 3, skipped: 0, completed_at: expect.any(String) },
      result: { succeeded: 1, dead: 1, cancelled: 0, pending: 1 },
    });
  });

  it('200: its deliveries name it, until one of them is replayed for itself', async () => {
    const delivery = await deliverDead();
    const replay = await create();
    await turn(1);
    const shown = async () => (await tenant.get(`/api/v1/deliveries/${delivery.id}`)).body.data as object;
    expect(await shown()).toMatchObject({ status: 'pending', trigger: 'replay', replay_id: replay.id });
    await make.attempt(delivery, { number: 2, status: 'dead' });
    await tenant.post(`/api/v1/deliveries/${delivery.id}/replay`);
    expect(await shown()).toMatchObject({ status: 'pending', trigger: 'replay', replay_id: null });
    expect(await show(replay)).toMatchObject({ replayed: 1, result: { dead: 0, pending: 0 } });
  });

  it('401 and 403: without a key, and without a webhooks scope', async () => {
    const { id } = await create();
    const other = await api.createKey(tenant, { scopes: ['events:read'] });
    expectError(await api.http.get(`${PATH}/${id}`), 'unauthorized');
    expectError(await other.get(`${PATH}/${id}`), 'insufficient_scope');
  });

  it('404: another tenant’s, the other mode’s, and one that is none', async () => {
    const { id } = await create();
    const strangers = [await api.createTenant(), await api.createKey(tenant, { mode: 'test' })];
    for (const stranger of strangers) expectError(await stranger.get(`${PATH}/${id}`), 'not_found');
    expectError(await tenant.get(`${PATH}/${toPublicId('replay', newUuid())}`), 'not_found');
  });

  it('422: an id of another kind', async () => {
    expectInvalid(await tenant.get(`${PATH}/${tenant.id}`), 'id');
  });
});

describe('GET /api/v1/replays', () => {
  it('200: lists the tenant’s replays of this mode, newest first, by page and by cursor', async () => {
    const made = [await create(), await create(), await create()];
    await (await api.createTenant()).post(PATH).send({});
    const answer = await tenant.get(`${PATH}?per_page=2`);
    const { result: _, ...newest } = made[2] as ReplayWithResultView;
    expect(answer.body.data[0]).toEqual(newest);
    expect(replaySchema.strict().parse(answer.body.data[1]).id).toBe(made[1]?.id);
    expect(answer.body.meta).toEqual({ page: 1, per_page: 2, total: 3, next_cursor: expect.any(String) });
    expect(await walk(tenant, PATH, 2, () => Promise.resolve())).toEqual(made.map(({ id }) => id).reverse());
    expect((await (await api.createKey(tenant, { mode: 'test' })).get(PATH)).body.data).toEqual([]);
  });

  it('200: filters by status', async () => {
    const [running, cancelled] = [await create(), await create()];
    await tenant.post(`${PATH}/${cancelled.id}/cancel`);
    const list = async (status: string) =>
      ((await tenant.get(`${PATH}?status=${status}`)).body.data as { id: string }[]).map(({ id }) => id);
    expect([await list('running'), await list('cancelled')]).toEqual([[running.id], [cancelled.id]]);
  });

  it('401, 403 and 422', async () => {
    const other = await api.createKey(tenant, { scopes: ['events:read'] });
    expectError(await api.http.get(PATH), 'unauthorized');
    expectError(await other.get(PATH), 'insufficient_scope');
    expectInvalid(await tenant.get(`${PATH}?status=done`), 'status');
  });
});

describe('POST /api/v1/replays/{id}/cancel', () => {
  const cancel = ({ id }: { id: string }, caller: Caller = tenant) => caller.post(`${PATH}/${id}/cancel`);

  it('200: it stops where it stands; what it has set going already goes on', async () => {
    for (let made = 0; made < 3; made += 1) await deliverDead();
    const replay = await create();
    await turn(1);
    const cancelled = expectData(await cancel(replay), 200, replayWithResultSchema.strict());
    expect(cancelled).toMatchObject({
      ...{ status: 'cancelled', matched: 3, replayed: 1, completed_at: expect.any(String) },
      result: { pending: 1 },
    });
    expect(await turn(1)).toBeNull();
    expect(await show(replay)).toEqual(cancelled);
    const pending = await tenant.get('/api/v1/deliveries?status=pending');
    expect(pending.body.meta.total).toBe(1);
  });

  it('200: there is room for another one then', async () => {
    const replays = [await create(), await create(), await create()] as const;
    await cancel(replays[1]);
    expect((await create()).status).toBe('running');
  });

  it('409: it is cancelled or completed already', async () => {
    const [replay, finished] = [await create(), await create()];
    await cancel(replay);
    expect(expectError(await cancel(replay), 'conflict').message).toContain('cancelled already');
    await turn(1);
    expect(await show(finished)).toMatchObject({ status: 'completed' });
    expect(expectError(await cancel(finished), 'conflict').message).toContain('completed already');
  });

  it('401, 403 and 404: nobody else stops it', async () => {
    const replay = await create();
    expectError(await api.http.post(`${PATH}/${replay.id}/cancel`), 'unauthorized');
    expectError(await cancel(replay, await api.createKey(tenant, { scopes: ['webhooks:read'] })), 'insufficient_scope');
    expectError(await cancel(replay, await api.createTenant()), 'not_found');
    expectError(await cancel(replay, await api.createKey(tenant, { mode: 'test' })), 'not_found');
    expectError(await cancel({ id: toPublicId('replay', newUuid()) }), 'not_found');
    expect(await show(replay)).toMatchObject({ status: 'running' });
  });
});
