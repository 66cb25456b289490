import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newUuid, toPublicId } from '@switchboard/shared';
import { z } from 'zod';
import { expectData, expectError, expectInvalid } from '../../testing/answers.js';
import { callerWith, type Tenant } from '../../testing/actors.js';
import { platformToken } from '../../testing/platform-token.js';
import { startTestApi, type TestApi } from '../../testing/test-api.js';
import { publishedEventSchema } from './schemas.js';

let api: TestApi;
let tenant: Tenant;

beforeAll(async () => {
  api = await startTestApi();
  tenant = await api.createTenant();
});
afterAll(() => api.close());

const one = publishedEventSchema.strict();
const event = (change: object = {}) => ({
  tenant_id: tenant.id,
  event: 'invoice.paid',
  data: { amount: 100 },
  ...change,
});
const publish = (body: object) => api.platform.post('/platform/v1/events').send(body);

async function rowsInDatabase(ofTenant = tenant): Promise<{ events: number; outbox: number }> {
  const text = `SELECT (SELECT count(*) FROM events WHERE tenant_id = $1) AS events, (SELECT count(*) FROM outbox WHERE tenant_id = $1) AS outbox`;
  const [row] = await api.database.query<{ events: number; outbox: number }>({ text, values: [ofTenant.uuid] });
  return row as NonNullable<typeof row>;
}

describe('POST /platform/v1/events with one event', () => {
  it('202: answers the event, and the tenant sees it with its data', async () => {
    const data = expectData(await publish(event()), 202, one);
    expect(data).toEqual({
      id: data.id,
      event: 'invoice.paid',
      tenant_id: tenant.id,
      mode: 'live',
      created_at: data.created_at,
    });
    const shown = await tenant.get(`/api/v1/events/${data.id}`);
    expect(shown.body.data).toEqual({
      id: data.id,
      event: 'invoice.paid',
      created_at: data.created_at,
      is_test: false,
      data: { amount: 100 },
    });
  });

  it('202: writes event and outbox row, with the request’s id for the log of the attempt', async () => {
    const answer = await publish(event()).set('X-Request-Id', 'platform-7');
    const { id } = expectData(answer, 202, one);
    const rows = await api.database.query({
      text: `SELECT request_id, type, mode FROM outbox WHERE request_id = 'platform-7'`,
      values: [],
    });
    expect(rows).toEqual([{ request_id: 'platform-7', type: 'invoice.paid', mode: 'live' }]);
    expect(id).toMatch(/^evt_/);
  });

  it.each(['appointment.created', 'invoice.paid', 'call.recording.transcription.finished', 'a1.b_2'])(
    '202: takes the name %s, registered or not',
    async (name) => {
      expect(expectData(await publish(event({ event: name })), 202, one).event).toBe(name);
    },
  );

  it('202: in test mode only test keys see it', async () => {
    const { id } = expectData(await publish(event({ mode: 'test' })), 202, one);
    const testKey = await api.createKey(tenant, { mode: 'test' });
    expect((await testKey.get(`/api/v1/events/${id}`)).status).toBe(200);
    expectError(await tenant.get(`/api/v1/events/${id}`), 'not_found');
  });

  it('401: a tenant’s API key is no platform token', async () => {
    expectError(await tenant.post('/platform/v1/events').send(event()), 'unauthorized');
    expectError(await api.http.post('/platform/v1/events').send(event()), 'unauthorized');
  });

  it('403: a token without the role platform publishes nothing', async () => {
    const somebody = callerWith(api.http, platformToken({ claims: { role: 'support' } }));
    expectError(await somebody.post('/platform/v1/events').send(event()), 'forbidden');
  });

  it.each([
    ['a name that is not resource.past_tense', { event: 'paid' }, 'event'],
    ['a name in capitals', { event: 'Invoice.Paid' }, 'event'],
    ['a name with a star', { event: 'invoice.*' }, 'event'],
    ['a name that could break a header', { event: 'invoice.paid\r\nX-Admin: yes' }, 'event'],
    ['a name of more than 100 characters', { event: `invoice.${'x'.repeat(100)}` }, 'event'],
    ['a tenant that does not exist', { tenant_id: toPublicId('tenant', newUuid()) }, 'tenant_id'],
    ['a tenant id of another kind', { tenant_id: toPublicId('event', newUuid()) }, 'tenant_id'],
    ['data that is a list', { data: [1] }, 'data'],
    ['data that is null', { data: null }, 'data'],
    ['no data', { data: undefined }, 'data'],
    ['an unknown mode', { mode: 'demo' }, 'mode'],
    ['an empty idempotency key', { idempotency_key: '' }, 'idempotency_key'],
    ['an idempotency key of more than 255 characters', { idempotency_key: 'k'.repeat(256) }, 'idempotency_key'],
    ['an unknown field', { priority: 1 }, 'priority'],
  ])('422: refuses %s and names the field', async (_what, change, path) => {
    expectInvalid(await publish(event(change)), path);
  });
});

describe('POST /platform/v1/events with an array', () => {
  it('202: answers the events in the order they came, and lists them in it', async () => {
    const owner = await api.createTenant();
    const names = ['a.one', 'b.two', 'c.three', 'd.four', 'e.five'];
    const data = expectData(
      await publish(names.map((name) => event({ tenant_id: owner.id, event: name }))),
      202,
      z.array(one),
    );
    expect(data.map((published) => published.event)).toEqual(names);
    const listed = (await owner.get('/api/v1/events')).body.data as { event: string }[];
    expect(listed.map((row) => row.event)).toEqual(names.toReversed());
  });

  it('202: an array of one is answered with an array', async () => {
    expect(expectData(await publish([event()]), 202, z.array(one))).toHaveLength(1);
  });

  it('202: may hold events of many tenants', async () => {
    const other = await api.createTenant();
    const data = expectData(await publish([event(), event({ tenant_id: other.id })]), 202, z.array(one));
    expect(data.map((published) => published.tenant_id)).toEqual([tenant.id, other.id]);
  });

  it('202: takes 500 events at once', async () => {
    const owner = await api.createTenant();
    const batch = Array.from({ length: 500 }, (_, number) => event({ tenant_id: owner.id, data: { number } }));
    const data = expectData(await publish(batch), 202, z.array(one));
    expect(new Set(data.map(({ id }) => id)).size).toBe(500);
    expect(await rowsInDatabase(owner)).toEqual({ events: 500, outbox: 500 });
  });

  it('422: refuses 501 events and an empty array', async () => {
    const owner = await api.createTenant();
    expectInvalid(await publish(Array.from({ length: 501 }, () => event({ tenant_id: owner.id }))), '');
    expectInvalid(await publish([]), '');
    expect(await rowsInDatabase(owner)).toEqual({ events: 0, outbox: 0 });
  });

  it('422: one bad element keeps all others out, and is named by its place', async () => {
    const owner = await api.createTenant();
    const good = event({ tenant_id: owner.id });
    expectInvalid(await publish([good, good, event({ event: 'bad' })]), '2.event');
    expectInvalid(await publish([good, event({ tenant_id: toPublicId('tenant', newUuid()) })]), '1.tenant_id');
    expectInvalid(await publish([event({ tenant_id: toPublicId('tenant', newUuid()) })]), '0.tenant_id');
    expectInvalid(await publish([good, 'text', null]), '1', '2');
    expectInvalid(await publish([event({ colour: 1 }), event({ data: 1 })]), '0.colour', '1.data');
    expect(await rowsInDatabase(owner)).toEqual({ events: 0, outbox: 0 });
  });
});
