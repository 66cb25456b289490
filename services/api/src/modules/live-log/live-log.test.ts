import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CHANGES_CHANNEL, signalChanges, signalManyChanges, startListener, WATCHED_CHANNEL } from '@switchboard/db';
import { expectError, expectInvalid } from '../../testing/answers.js';
import type { Tenant } from '../../testing/actors.js';
import { DEAD_BY_STATUS, uuidOf, type DeliveryMaker, type MadeDelivery } from '../../testing/deliveries.js';
import { openEventSource, type OpenEventSource } from '../../testing/event-source.js';
import type { Person } from '../../testing/people.js';
import { apiWithFreshTenants } from '../../testing/fresh-tenant.js';
import { startTestApi, type TestApi } from '../../testing/test-api.js';
import { waitFor } from '../../testing/waiting.js';
import type { DeliveryView } from '../deliveries/schemas.js';

let api: TestApi;
let make: DeliveryMaker;
let tenant: Tenant;
let viewer: Person;
const opened: OpenEventSource[] = [];

const fresh = apiWithFreshTenants({ accessCheckMs: 100 });
beforeEach(async () => {
  ({ api, make, tenant } = await fresh());
  viewer = await api.signIn(tenant, 'viewer');
});
afterEach(() => opened.splice(0).forEach((source) => source.close()));

async function open(query = '', who = viewer, of = tenant): Promise<OpenEventSource> {
  const source = await openEventSource(api.port, `/settings/api/live?tenant_id=${of.id}&mode=live${query}`, who);
  opened.push(source);
  if (source.status === 200) await source.next('ready');
  return source;
}

/** What a worker does once deliveries are committed. */
function signal(deliveries: readonly MadeDelivery[], owner = tenant): Promise<unknown> {
  const keys = deliveries.map(({ event_id, endpoint_id }) => ({
    event_id: uuidOf('event', event_id),
    endpoint_id: uuidOf('endpoint', endpoint_id),
  }));
  return signalChanges(api.database, keys, [owner.uuid]);
}

const shownIn = ({ events }: OpenEventSource) =>
  events.flatMap(({ event, data }) => (event === 'deliveries' ? (data as DeliveryView[]) : []));
const untilShown = (source: OpenEventSource, { id }: MadeDelivery, status = 'pending') =>
  waitFor('the delivery is shown', () => shownIn(source).find((view) => view.id === id && view.status === status));

const deliver = (owner = tenant, change: object = {}) => make.deliverOne(owner, change);

describe('the live log', () => {
  it('is a stream that proxies let through, and shows a delivery as it is made and as it changes', async () => {
    await make.createEndpoint(tenant);
    const source = await open();
    expect(source.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    });
    const delivery = await deliver();
    await signal([delivery]);
    const view = await untilShown(source, delivery);
    expect(view).toEqual((await viewer.get(`/settings/api/deliveries?event_id=${delivery.event_id}`)).body.data[0]);
    await make.attempt(delivery, {});
    await signal([delivery]);
    expect(await untilShown(source, delivery, 'succeeded')).toMatchObject({ attempt_count: 1 });
  });

  it('shows what happened before the workers had heard that somebody watches', async () => {
    await make.createEndpoint(tenant);
    const source = await open();
    const delivery = await deliver();
    // Nobody signals it.
    await untilShown(source, delivery);
  });

  it('never shows another tenant’s deliveries, or the other mode’s', async () => {
    const other = await api.createTenant();
    const test = await api.createKey(tenant, { mode: 'test' });
    for (const owner of [tenant, other, test]) await make.createEndpoint(owner);
    const source = await open();
    const foreign = await deliver(other);
    const inTest = await deliver(tenant, { mode: 'test' });
    const own = await deliver();
    await signal([foreign], other);
    await signal([foreign, inTest, own]);
    await untilShown(source, own);
    expect(new Set(shownIn(source).map(({ id }) => id))).toEqual(new Set([own.id]));
    const stranger = await api.signIn(other, 'owner');
    expect((await open('', stranger)).status).toBe(404);
  });

  it('shows at once what a replay made of a delivery, though no worker has begun it', async () => {
    await make.createEndpoint(tenant);
    const developer = await api.signIn(tenant, 'developer');
    const [one, two] = [await deliver(), await deliver()];
    for (const delivery of [one, two]) await make.attempt(delivery, DEAD_BY_STATUS);
    const source = await open();
    // Shown by the look back at what is new: from here on nothing comes but what is signalled.
    for (const delivery of [one, two]) await untilShown(source, delivery, 'dead');
    await tenant.post(`/api/v1/deliveries/${one.id}/replay`);
    expect(await untilShown(source, one)).toMatchObject({ trigger: 'replay', attempt_count: 1 });
    await developer.post('/settings/api/dead-letters/replay').send({ delivery_ids: [two.id] });
    expect(await untilShown(source, two)).toMatchObject({ trigger: 'replay' });
  });

  it('shows a test of an endpoint at once, though no worker has sent it', async () => {
    const endpoint = await make.createEndpoint(tenant);
    const first = await deliver();
    const source = await open();
    await untilShown(source, first);
    const sent = await tenant.post(`/api/v1/webhook-endpoints/${endpoint}/test`).send({});
    await untilShown(source, (sent.body as { data: { delivery: MadeDelivery } }).data.delivery);
  });

  it('is signalled nothing while nobody has it open', async () => {
    const watched = await api.createTenant();
    const heard: string[] = [];
    const listener = startListener({
      ...{ url: api.databaseUrl, channel: CHANGES_CHANNEL, onError: () => undefined, onConnected: () => undefined },
      onSignal: (payload) => heard.push(payload),
    });
    try {
      await waitFor('it listens', () => listener.isConnected());
      await open('', await api.signIn(watched, 'viewer'), watched);
      for (const owner of [tenant, watched]) {
        await make.createEndpoint(owner);
        const delivery = await deliver(owner);
        await make.attempt(delivery, DEAD_BY_STATUS);
        expect((await owner.post(`/api/v1/deliveries/${delivery.id}/replay`)).status).toBe(202);
      }
      await waitFor('the one is told of', () => heard.some((payload) => payload.includes(watched.uuid)));
      expect(heard.filter((payload) => payload.includes(tenant.uuid))).toEqual([]);
    } finally {
      await listener.close();
    }
  });

  it('keeps to its filter', async () => {
    const [one, two] = [await make.createEndpoint(tenant, ['one.*']), await make.createEndpoint(tenant, ['two.*'])];
    const sources = await Promise.all([open(`&endpoint_id=${one}`), open('&event=two.b'), open('&status=succeeded')]);
    const [a, b, c] = [
      await deliver(tenant, { event: 'one.a' }),
      await deliver(tenant, { event: 'two.b' }),
      await deliver(tenant, { event: 'two.c' }),
    ];
    await make.attempt(c, {});
    await signal([a, b, c]);
    const expected = [a, b, c].map(({ id }) => [id]);
    await waitFor('each has shown its own', () => sources.every((source) => shownIn(source).length > 0));
    expect(sources.map((source) => [...new Set(shownIn(source).map(({ id }) => id))])).toEqual(expected);
    expect(shownIn(sources[1])[0]?.endpoint_id).toBe(two);
    expectInvalid(await viewer.get('/settings/api/live?status=late'), 'status');
  });

  it('tells the page to read the list again where there were too many changes to name', async () => {
    const source = await open();
    await signalManyChanges(api.database, [tenant.uuid]);
    await source.next('resync');
  });

  it('tells the workers whose log is open, and again and again while it is', async () => {
    const heard: string[] = [];
    let connected = false;
    const listener = startListener({
      ...{ url: api.databaseUrl, channel: WATCHED_CHANNEL, onError: () => undefined },
      onSignal: (tenantId) => heard.push(tenantId),
      onConnected: () => (connected = true),
    });
    try {
      await waitFor('it listens', () => connected);
      await open();
      // A signal is on its way apart from the stream that caused it.
      await waitFor('it is said', () => heard.includes(tenant.uuid));
      await waitFor('it is said again', () => heard.filter((id) => id === tenant.uuid).length > 1, 8_000);
    } finally {
      await listener.close();
    }
  });

  it('holds no connection to the database while nobody watches', async () => {
    const listeners = async () => {
      const rows = await api.database.query({
        text: `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query = 'LISTEN "live_log"'`,
        values: [],
      });
      return rows.length;
    };
    const source = await open();
    expect(await listeners()).toBe(1);
    source.close();
    await waitFor('it is closed', async () => (await listeners()) === 0);
    await open();
    expect(await listeners()).toBe(1);
  });

  it('ends with the access: when the person signs out, and when they are no member any more', async () => {
    const source = await open();
    await viewer.delete('/settings/api/session');
    await waitFor('it has ended', () => source.isClosed());

    const other = await api.signIn(tenant, 'viewer');
    const second = await open('', other);
    await api.database.query({
      text: 'DELETE FROM memberships WHERE tenant_id = $1 AND user_id = $2',
      values: [tenant.uuid, uuidOf('user', other.id ?? '')],
    });
    await waitFor('it has ended', () => second.isClosed());
  });

  it('401: nobody without a session; 429: no more than a few for one session', async () => {
    expectError(await api.http.get('/settings/api/live'), 'unauthorized');
    await Promise.all(Array.from({ length: 6 }, () => open()));
    expectError(await viewer.get('/settings/api/live'), 'rate_limited');
    opened[0]?.close();
    await waitFor('there is room again', async () => (await open()).status === 200);
  });

  it('holds back for a reader who takes nothing, and tells them that they have missed something', async () => {
    await make.createEndpoint(tenant);
    const [slow, quick] = [await open(), await open()];
    slow.pause();
    const deliveries: MadeDelivery[] = [];
    for (let n = 0; n < 50; n += 1) deliveries.push(await deliver());
    const rounds = 400;
    for (let n = 0; n < rounds; n += 1) await signal(deliveries);
    const last = await deliver();
    await signal([last]);
    await untilShown(quick, last);
    slow.resume();
    await slow.next('resync');
    expect(slow.events.length).toBeLessThan(rounds);
  });
});

describe('when the service stops', () => {
  it('streams end at once', async () => {
    const stopping = await startTestApi();
    const owner = await stopping.createTenant();
    const person = await stopping.signIn(owner, 'viewer');
    const source = await openEventSource(stopping.port, '/settings/api/live', person);
    await source.next('ready');
    const closed = stopping.close();
    await waitFor('it has ended', () => source.isClosed());
    await closed;
  });
});
