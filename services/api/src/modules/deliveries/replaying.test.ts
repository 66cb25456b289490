import { beforeEach, describe, expect, it } from '@jest/globals';
import { laneOf, newUuid, QUEUES, toPublicId } from '@switchboard/shared';
import { expectData, expectError, expectInvalid } from '../../testing/answers.js';
import type { Tenant } from '../../testing/actors.js';
import { uuidOf, type DeliveryMaker, type MadeDelivery } from '../../testing/deliveries.js';
import { apiWithFreshTenants } from '../../testing/fresh-tenant.js';
import type { TestApi } from '../../testing/test-api.js';
import { deliverySchema, deliveryWithAttemptsSchema } from './schemas.js';

let api: TestApi;
let make: DeliveryMaker;
let tenant: Tenant;

// On PostgreSQL, where a test can look at the jobs.
const fresh = apiWithFreshTenants({ redisUrl: null });
beforeEach(async () => {
  ({ api, make, tenant } = await fresh());
  await make.createEndpoint(tenant);
});

const deliver = () => make.deliverOne(tenant);

async function deliverDead(): Promise<MadeDelivery> {
  const delivery = await deliver();
  await make.attempt(delivery, { status: 'dead', status_code: 500 });
  return delivery;
}

const pathOf = ({ id }: { id: string }) => `/api/v1/deliveries/${id}/replay`;
const replay = (delivery: { id: string }) => tenant.post(pathOf(delivery));
const show = async ({ id }: MadeDelivery) =>
  expectData(await tenant.get(`/api/v1/deliveries/${id}`), 200, deliveryWithAttemptsSchema.strict());

const jobsOf = ({ id }: MadeDelivery) =>
  api.database.query<{ queue: string; data: { attempt: number } }>({
    text: `SELECT queue, data FROM bullmq.job WHERE data ->> 'delivery_id' = $1`,
    values: [uuidOf('delivery', id)],
  });

const auditOf = ({ id }: MadeDelivery) =>
  api.database.query<object>({
    text: 'SELECT action, actor_kind, actor_id, before, mode FROM audit_log WHERE target_id = $1',
    values: [uuidOf('delivery', id)],
  });

describe('POST /api/v1/deliveries/{id}/replay', () => {
  it('202: a dead delivery is pending again, due now, and marked as a replay', async () => {
    const delivery = await deliverDead();
    const shown = expectData(await replay(delivery), 202, deliverySchema.strict());
    expect(shown).toMatchObject({
      ...{ ...delivery, status: 'pending', attempt_count: 1, trigger: 'replay', replay_id: null, completed_at: null },
      last_status_code: 500,
    });
    expect(Date.parse(shown.next_attempt_at as string)).toBeLessThanOrEqual(Date.now() + 1_000);
  });

  it('202: the workers are told of the next attempt, by its number', async () => {
    const delivery = await deliverDead();
    await replay(delivery);
    await api.announcer.drain();
    expect(await jobsOf(delivery)).toMatchObject([{ queue: QUEUES[laneOf(2)].name, data: { attempt: 2 } }]);
  });

  it('202: an endpoint that takes its deliveries in turn finds it in PostgreSQL instead', async () => {
    const delivery = await deliverDead();
    await api.database.query({
      text: 'UPDATE webhook_endpoints SET rate_limit_per_second = 1 WHERE id = $1',
      values: [uuidOf('endpoint', delivery.endpoint_id)],
    });
    expect((await replay(delivery)).status).toBe(202);
    await api.announcer.drain();
    expect(await jobsOf(delivery)).toEqual([]);
    expect(await show(delivery)).toMatchObject({ status: 'pending' });
  });

  it('202: what succeeded or was cancelled can be replayed as well', async () => {
    const [succeeded, cancelled] = [await deliver(), await deliver()];
    await make.attempt(succeeded, {});
    await make.cancel(cancelled, 'endpoint_disabled');
    for (const delivery of [succeeded, cancelled]) {
      expect((await replay(delivery)).body.data).toMatchObject({ status: 'pending', cancel_reason: null });
    }
  });

  it('202: the log tells which attempts were made by the replay', async () => {
    const delivery = await deliverDead();
    await replay(delivery);
    await make.attempt(delivery, { number: 2 });
    expect((await show(delivery)).attempts.map(({ number, trigger }) => [number, trigger])).toEqual([
      [1, 'automatic'],
      [2, 'replay'],
    ]);
  });

  it('202: is in the audit log, with who did it', async () => {
    const delivery = await deliverDead();
    await replay(delivery);
    expect(await auditOf(delivery)).toEqual([
      {
        ...{
          action: 'delivery.replayed',
          actor_kind: 'api_key',
          actor_id: uuidOf('apiKey', tenant.keyId),
          mode: 'live',
        },
        before: { status: 'dead', attempt_count: 1 },
      },
    ]);
  });

  it('202: one Idempotency-Key is one replay, also after that one has ended', async () => {
    const delivery = await deliverDead();
    const first = await replay(delivery).set('Idempotency-Key', 'again-1');
    await make.attempt(delivery, { number: 2 });
    const second = await replay(delivery).set('Idempotency-Key', 'again-1');
    expect([first.status, second.status, second.text]).toEqual([202, 202, first.text]);
    expect(await show(delivery)).toMatchObject({ status: 'succeeded', attempt_count: 2 });
    expect(await auditOf(delivery)).toHaveLength(1);
  });

  it('409: a pending automatic retry is not disturbed; the answer names when it comes', async () => {
    const delivery = await deliver();
    await make.attempt(delivery, { status: 'pending', status_code: 500, retry_delay_ms: 60_000 });
    const { next_attempt_at } = await show(delivery);
    const { message } = expectError(await replay(delivery), 'conflict');
    expect(message).toContain(next_attempt_at);
    expect(await show(delivery)).toMatchObject({ status: 'pending', trigger: 'automatic', next_attempt_at });
  });

  it('409: one of many that ask at once begins a run, the others are told that it is pending', async () => {
    const delivery = await deliverDead();
    const answers = await Promise.all(Array.from({ length: 5 }, () => replay(delivery)));
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409, 409, 409, 409]);
    expect(await auditOf(delivery)).toHaveLength(1);
  });

  it.each([
    ['is disabled', 'UPDATE webhook_endpoints SET enabled = false WHERE id = $1'],
    ['is deleted', 'UPDATE webhook_endpoints SET deleted_at = now() WHERE id = $1'],
  ])('409: its endpoint %s', async (what, text) => {
    const delivery = await deliverDead();
    await api.database.query({ text, values: [uuidOf('endpoint', delivery.endpoint_id)] });
    expect(expectError(await replay(delivery), 'conflict').message).toContain(what.slice(3));
    expect(await show(delivery)).toMatchObject({ status: 'dead' });
  });

  it('409: its event is no longer kept', async () => {
    const delivery = await deliverDead();
    const values = [uuidOf('event', delivery.event_id)];
    await api.database.query({ text: 'DELETE FROM events WHERE id = $1', values });
    expect(expectError(await replay(delivery), 'conflict').message).toContain('no longer kept');
  });

  it('409: a test is not replayed; another one is sent instead', async () => {
    const delivery = await deliverDead();
    const values = [uuidOf('delivery', delivery.id)];
    await api.database.query({ text: `UPDATE deliveries SET run_trigger = 'test' WHERE id = $1`, values });
    expect(expectError(await replay(delivery), 'conflict').message).toContain('another test');
  });

  it('401: answers nobody without a key', async () => {
    expectError(await api.http.post(pathOf(await deliverDead())), 'unauthorized');
  });

  it('403: who may only look may not replay', async () => {
    const delivery = await deliverDead();
    const reader = await api.createKey(tenant, { scopes: ['webhooks:read'] });
    expectError(await reader.post(pathOf(delivery)), 'insufficient_scope');
    expect(await show(delivery)).toMatchObject({ status: 'dead' });
  });

  it('404: there is no such delivery for this tenant and mode', async () => {
    const delivery = await deliverDead();
    const strangers = [await api.createTenant(), await api.createKey(tenant, { mode: 'test' })];
    for (const stranger of strangers) expectError(await stranger.post(pathOf(delivery)), 'not_found');
    expectError(await replay({ id: toPublicId('delivery', newUuid()) }), 'not_found');
    expect(await show(delivery)).toMatchObject({ status: 'dead' });
  });

  it('422: an id of another kind is not looked up', async () => {
    expectInvalid(await replay({ id: (await deliver()).event_id }), 'id');
  });
});
