import { beforeEach, describe, expect, it } from '@jest/globals';
import { recordAttempts, sql } from '@switchboard/db';
import { anAttempt, makeDelivery, uuidAt } from '@switchboard/db/testing';
import { firstUuidOf } from '@switchboard/shared';
import { expectData, expectError, expectInvalid } from '../../testing/answers.js';
import type { Tenant } from '../../testing/actors.js';
import { DEAD_BY_STATUS, uuidOf, type DeliveryMaker, type MadeDelivery } from '../../testing/deliveries.js';
import type { Person } from '../../testing/people.js';
import { apiWithFreshTenants } from '../../testing/fresh-tenant.js';
import type { TestApi } from '../../testing/test-api.js';
import { waitFor } from '../../testing/waiting.js';
import { z } from 'zod';
import { countDeliveries } from './repository.js';
import { createOverviewService } from './service.js';
import { overviewSchema, webhookHealthSchema, type OverviewView, type WebhookHealthView } from './schemas.js';

let api: TestApi;
let make: DeliveryMaker;
let tenant: Tenant;
let viewer: Person;
let good: string;
let bad: string;

const fresh = apiWithFreshTenants();
beforeEach(async () => {
  ({ api, make, tenant } = await fresh());
  viewer = await api.signIn(tenant, 'viewer');
  good = await make.createEndpoint(tenant, ['good.*']);
  bad = await make.createEndpoint(tenant, ['bad.*']);
});

async function deliver(event: string, ...attempts: Parameters<DeliveryMaker['attempt']>[1][]): Promise<MadeDelivery> {
  const delivery = await make.deliverOne(tenant, { event });
  for (const [index, attempt] of attempts.entries()) {
    await make.attempt(delivery, { ...attempt, number: index + 1 });
  }
  return delivery;
}

const show = async (range: string, who = viewer): Promise<OverviewView> =>
  expectData(await who.get(`/settings/api/overview?range=${range}`), 200, overviewSchema.strict());
const health = async (): Promise<WebhookHealthView[]> =>
  expectData(await viewer.get('/settings/api/webhooks/health'), 200, z.array(webhookHealthSchema.strict()));

describe('the overview', () => {
  it('200: counts deliveries by what became of them, and names the failing endpoint first', async () => {
    await deliver('good.one', { duration_ms: 40 });
    await deliver('good.two', { duration_ms: 60 });
    await deliver('good.three');
    const retried = { ...DEAD_BY_STATUS, status: 'pending', retry_delay_ms: 60_000, duration_ms: 80 } as const;
    const dead = await deliver('bad.one', retried, { ...DEAD_BY_STATUS, duration_ms: 100 });

    const view = await show('24h');
    expect(view.totals).toEqual({ deliveries: 4, succeeded: 2, failed: 1, pending: 1, attempts: 4 });
    expect(view.success_rate).toBeCloseTo(2 / 3);
    expect(view.p95_ms).toBe(100);
    expect(view.buckets.at(-1)).toMatchObject({ succeeded: 2, failed: 1, pending: 1 });
    const [row] = await api.database.run<{ completed_at: Date }>(
      sql('deliveries')
        .where({ id: uuidOf('delivery', dead.id) })
        .select('completed_at'),
    );
    expect(view.endpoints).toEqual([
      {
        ...{ id: bad, url: 'https://receiver.example/', enabled: true, disabled_reason: null },
        ...{ succeeded: 0, failed: 1, success_rate: 0 },
        last_failure_at: row?.completed_at.toISOString(),
        last_error: { code: 'http_status', message: 'The endpoint answered 500.' },
      },
      {
        ...{ id: good, url: 'https://receiver.example/', enabled: true, disabled_reason: null },
        ...{ succeeded: 2, failed: 0, success_rate: 1, last_failure_at: null, last_error: null },
      },
    ]);
  });

  it('200: leaves out tests, what was cancelled, the other mode and other tenants', async () => {
    const cancelled = await deliver('good.one');
    await make.cancel(cancelled, 'endpoint_disabled');
    await tenant.post(`/api/v1/webhook-endpoints/${good}/test`).send({});
    const other = await api.createTenant();
    await make.createEndpoint(other);
    await make.deliver(other);
    expect((await show('24h')).totals.deliveries).toBe(0);
    expect((await show('24h', viewer.choosing({ mode: 'test' }))).endpoints).toEqual([]);
  });

  it('200: a new tenant sees empty buckets, and no rate of nothing', async () => {
    const view = await show('30d');
    expect(view).toMatchObject({ success_rate: null, p95_ms: null, totals: { deliveries: 0 } });
    expect(view.buckets.every(({ succeeded, failed, pending }) => succeeded + failed + pending === 0)).toBe(true);
  });

  it.each([
    ['1h', 60, 60],
    ['24h', 48, 1_800],
    ['7d', 56, 10_800],
    ['30d', 60, 43_200],
  ])('200: %s is %d buckets of %d s without a gap', async (range, count, seconds) => {
    const { buckets, bucket_seconds, from, to } = await show(range);
    expect([buckets.length, bucket_seconds]).toEqual([count, seconds]);
    const times = [...buckets.map(({ at }) => Date.parse(at)), Date.parse(to)];
    expect(times[0]).toBe(Date.parse(from));
    expect(times.slice(1).every((time, index) => time - (times[index] as number) === seconds * 1_000)).toBe(true);
    expect(Date.parse(to)).toBeGreaterThan(Date.now());
  });

  it('200: many who ask at once are answered from one count, which is kept for a moment', async () => {
    await deliver('good.one', {});
    const answers = await Promise.all(Array.from({ length: 10 }, () => show('7d')));
    expect(new Set(answers.map((view) => JSON.stringify(view))).size).toBe(1);
    await deliver('good.two', {});
    expect((await show('7d')).totals.deliveries).toBe(1);
    // Each range is a question of its own.
    expect((await show('1h')).totals.deliveries).toBe(2);
  });

  it('counts only what may have changed where counting is costly, and comes to the same as counting all', async () => {
    const scope = { tenant_id: tenant.uuid, mode: 'live' } as const;
    const minutesAgo = async (minutes: number) => {
      const event = { id: uuidAt(Date.now() - minutes * 60_000), type: 'good.one' };
      return makeDelivery(api.database, { tenant_id: tenant.uuid, endpoint_id: uuidOf('endpoint', good), event });
    };
    const made = [await minutesAgo(50), await minutesAgo(30), await minutesAgo(10)];
    for (const delivery of made.slice(0, 2)) await recordAttempts(api.database, [anAttempt(delivery)]);
    const keeping = createOverviewService({ database: api.database, worthKeepingMs: 0 });
    expect((await keeping.overview(scope, '1h')).totals).toMatchObject({ succeeded: 2, pending: 1 });

    await recordAttempts(api.database, [anAttempt(made[2] as (typeof made)[number])]);
    await deliver('bad.one', DEAD_BY_STATUS);
    // Settled by now, and changed behind the product's back: a count of all would see it.
    await api.database.run(sql('deliveries').where({ id: made[0]?.delivery_id }).update({ attempt_count: 7 }));
    const view = await waitFor('the answer before is forgotten', async () => {
      const later = await keeping.overview(scope, '1h');
      return later.totals.failed === 1 ? later : null;
    });
    const all = await createOverviewService({ database: api.database }).overview(scope, '1h');
    // A minute may have begun between the two.
    const told = ({ totals, endpoints, p95_ms, buckets }: OverviewView) => ({
      ...{ totals, endpoints, p95_ms },
      busy: buckets.filter(({ succeeded, failed, pending }) => succeeded + failed + pending > 0),
    });
    expect(told(view)).toEqual({ ...told(all), totals: { ...all.totals, attempts: all.totals.attempts - 6 } });
    expect(all.totals).toMatchObject({ succeeded: 3, failed: 1, pending: 0 });
  });

  it('503: what takes too long to count is given up, with a word on what to do', async () => {
    const bounds = [firstUuidOf(0), firstUuidOf(Date.now())];
    await api.database.transaction(async (transaction) => {
      await transaction.query({ text: 'LOCK TABLE deliveries IN ACCESS EXCLUSIVE MODE', values: [] });
      const counted = countDeliveries(api.database, { tenant_id: tenant.uuid, mode: 'live' }, bounds, 50);
      await expect(counted).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('shorter') });
    });
  });

  it('401, 422: nobody without a session, no range but these', async () => {
    expectError(await api.http.get('/settings/api/overview').set('Accept', 'application/json'), 'unauthorized');
    expectInvalid(await viewer.get('/settings/api/overview?range=90d'), 'range');
  });
});

describe('the endpoints’ health', () => {
  it('200: 24 hours of each endpoint, and its last delivery; tests are deliveries as well', async () => {
    await deliver('good.one', {});
    const last = await deliver('good.two');
    await deliver('bad.one', DEAD_BY_STATUS);
    const [ofGood, ofBad] = await health();
    expect(ofGood).toMatchObject({
      ...{ endpoint_id: good, success_rate: 1 },
      last_delivery: { id: last.id, status: 'pending', at: expect.any(String) },
    });
    expect(ofGood?.hours).toHaveLength(24);
    expect(ofGood?.hours.at(-1)).toMatchObject({ succeeded: 1, failed: 0 });
    expect(ofBad).toMatchObject({ endpoint_id: bad, success_rate: 0, last_delivery: { status: 'dead' } });
  });

  it('200: an endpoint without deliveries has neither rate nor last one', async () => {
    expect(await health()).toMatchObject([
      { endpoint_id: good, last_delivery: null, success_rate: null },
      { endpoint_id: bad, last_delivery: null, success_rate: null },
    ]);
  });
});

describe('a question of the URL', () => {
  const PATH = '/settings/api/webhooks/check-url';

  it('200: is answered with the words of creating the endpoint', async () => {
    const developer = await api.signIn(tenant, 'developer');
    expect((await developer.post(PATH).send({ url: 'https://receiver.example/hook' })).body.data).toEqual({
      ...{ ok: true, problems: [] },
    });
    for (const url of ['http://receiver.example/', 'https://127.0.0.1/', 'https://receiver.example:22/', 'x', '']) {
      const { ok, problems } = (await developer.post(PATH).send({ url })).body.data as {
        ok: boolean;
        problems: string[];
      };
      expect({ ok, count: problems.length }).toEqual({ ok: false, count: 1 });
      if (url === '') continue;
      const refused = await developer.post('/settings/api/webhooks').send({ url, event_types: ['*'] });
      expect(expectInvalid(refused, 'url').details[0]?.message).toBe(problems[0]);
    }
  });

  it('403, 422: not for a viewer, not without a URL', async () => {
    expectError(await viewer.post(PATH).send({ url: 'https://receiver.example/' }), 'forbidden');
    expectInvalid(await (await api.signIn(tenant, 'developer')).post(PATH).send({}), 'url');
  });
});
