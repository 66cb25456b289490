import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  callSchema,
  callWithTranscriptSchema,
  newUuid,
  toPublicId,
  type CallWithTranscriptView,
} from '@switchboard/shared';
import { expectData, expectError, expectInvalid } from '../../testing/answers.js';
import type { Tenant } from '../../testing/actors.js';
import { walk } from '../../testing/cursors.js';
import { eventsAbout } from '../../testing/scheduling.js';
import { startTestApi, type TestApi } from '../../testing/test-api.js';

let api: TestApi;
let tenant: Tenant;

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());
beforeEach(async () => {
  tenant = await api.createTenant();
});

const FROM = '+14155552671';
const TO = '+14155552672';
const STARTED = '2026-01-05T09:00:00.000Z';
const PLATFORM = '/platform/v1/calls';
const turn = { speaker: 'caller', text: 'Hello?', offset_ms: 1_200 };

const begin = (change: object = {}) =>
  api.platform.post(PLATFORM).send({
    ...{ tenant_id: tenant.id, direction: 'inbound', from_number: FROM, to_number: TO, started_at: STARTED },
    ...change,
  });
const begun = async (change: object = {}): Promise<CallWithTranscriptView> =>
  expectData(await begin(change), 201, callWithTranscriptSchema.strict());
const tell = ({ id }: { id: string }, change: object) =>
  api.platform.patch(`${PLATFORM}/${id}`).send({ tenant_id: tenant.id, ...change });
const told = async (call: { id: string }, change: object): Promise<CallWithTranscriptView> =>
  expectData(await tell(call, change), 200, callWithTranscriptSchema.strict());

describe('a call', () => {
  it('begins: 201, and call.started holds what was answered', async () => {
    const call = await begun();
    expect(call).toMatchObject({ status: 'in_progress', ended_at: null, duration_seconds: null, transcript: [] });
    expect(await eventsAbout(api, call.id)).toEqual([{ type: 'call.started', data: call }]);
  });

  it('ends: 200 with its duration, and one call.ended', async () => {
    const call = await begun();
    const end = { status: 'ended', ended_at: '2026-01-05T09:01:34.400Z', sentiment: 'positive', outcome: 'booked' };
    const ended = await told(call, { ...end, transcript: [turn], recording_url: 'https://recordings.example/1.mp3' });
    expect(ended).toMatchObject({ ...end, duration_seconds: 94, transcript: [turn] });
    expect((await eventsAbout(api, call.id)).slice(1)).toEqual([{ type: 'call.ended', data: ended }]);
  });

  it('is missed: 200 with a duration of 0, and one call.missed', async () => {
    const call = await begun();
    const missed = await told(call, { status: 'missed', ended_at: '2026-01-05T09:00:30Z' });
    expect(missed).toMatchObject({ status: 'missed', duration_seconds: 0 });
    expect((await eventsAbout(api, call.id)).slice(1)).toEqual([{ type: 'call.missed', data: missed }]);
  });

  it('ends once: twice is 409, whatever it became, and twenty ends at once emit one event', async () => {
    for (const status of ['ended', 'missed']) {
      const call = await begun();
      await told(call, { status });
      for (const again of ['ended', 'missed']) expectError(await tell(call, { status: again }), 'conflict');
    }
    const call = await begun();
    const answers = await Promise.all(Array.from({ length: 20 }, () => tell(call, { status: 'ended' })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 19 }, () => 409)]);
    expect(await eventsAbout(api, call.id)).toHaveLength(2);
  });

  it('takes its transcript, sentiment and outcome later as well, without another event', async () => {
    const call = await begun();
    await told(call, { status: 'ended' });
    const later = await told(call, { transcript: [turn, { ...turn, speaker: 'agent' }], sentiment: 'neutral' });
    expect(later).toMatchObject({ status: 'ended', sentiment: 'neutral' });
    expect(expectData(await tenant.get(`/api/v1/calls/${call.id}`), 200, callWithTranscriptSchema)).toEqual(later);
    expect(await eventsAbout(api, call.id)).toHaveLength(2);
  });

  it('belongs to a customer of the same tenant and mode, or to none', async () => {
    const customerOf = async (owner: Tenant) =>
      (await owner.post('/api/v1/customers').send({ name: 'Ada' })).body.data.id as string;
    const customer_id = await customerOf(tenant);
    expect((await begun({ customer_id })).customer_id).toBe(customer_id);
    expect((await told(await begun(), { customer_id })).customer_id).toBe(customer_id);
    const theirs = await customerOf(await api.createTenant());
    expectInvalid(await begin({ customer_id: theirs }), 'customer_id');
    expectInvalid(await tell(await begun(), { customer_id: theirs }), 'customer_id');
    expectInvalid(await begin({ customer_id, mode: 'test' }), 'customer_id');
  });
});

describe('writing calls', () => {
  it.each([
    ['a number that is not E.164', { from_number: '555 2671' }, 'from_number'],
    ['a number that nobody can have', { to_number: '+1415' }, 'to_number'],
    ['an unknown direction', { direction: 'sideways' }, 'direction'],
    ['a time without a zone', { started_at: '2026-01-05T09:00:00' }, 'started_at'],
    ['an unknown field', { status: 'ended' }, 'status'],
    ['an id of another kind', { customer_id: 'ten_1' }, 'customer_id'],
    ['a tenant that does not exist', { tenant_id: toPublicId('tenant', newUuid()) }, 'tenant_id'],
  ])('422 at the start: %s', async (_what, change, path) => {
    expectInvalid(await begin(change), path);
  });

  it.each([
    ['a status that is no end', { status: 'in_progress' }, 'status'],
    ['an end without its status', { ended_at: STARTED }, 'ended_at'],
    ['an end before the start', { status: 'ended', ended_at: '2026-01-05T08:59:59Z' }, 'ended_at'],
    ['an end a lifetime later', { status: 'ended', ended_at: '2199-01-05T09:00:00Z' }, 'ended_at'],
    ['an unknown sentiment', { sentiment: 'angry' }, 'sentiment'],
    ['a recording that is no web address', { recording_url: 'file:///etc/passwd' }, 'recording_url'],
    ['an unknown speaker', { transcript: [{ ...turn, speaker: 'dog' }] }, 'transcript.0.speaker'],
    ['an offset before the start', { transcript: [turn, { ...turn, offset_ms: -1 }] }, 'transcript.1.offset_ms'],
    ['a turn with a NUL character', { transcript: [{ ...turn, text: 'a\u0000' }] }, 'transcript.0.text'],
    ['an unknown field', { colour: 'red' }, 'colour'],
  ])('422 later: %s', async (_what, change, path) => {
    const call = await begun({ started_at: STARTED });
    expectInvalid(await tell(call, change), path);
    expect(await eventsAbout(api, call.id)).toHaveLength(1);
  });

  it('401: a tenant’s key is no platform token', async () => {
    expectError(await tenant.post(PLATFORM).send({}), 'unauthorized');
    expectError(await tenant.patch(`${PLATFORM}/${toPublicId('call', newUuid())}`).send({}), 'unauthorized');
  });

  it('404: a call under another tenant or mode than its own', async () => {
    const call = await begun();
    expectError(await tell(call, { tenant_id: (await api.createTenant()).id, outcome: 'x' }), 'not_found');
    expectError(await tell(call, { mode: 'test', outcome: 'x' }), 'not_found');
  });
});

describe('GET /api/v1/calls', () => {
  const list = async (query: object) => {
    const answer = await tenant.get('/api/v1/calls').query(query);
    return expectDataOfList(answer);
  };
  const expectDataOfList = (answer: { status: number; body: { data: unknown[] } }) => {
    expect(answer.status).toBe(200);
    return answer.body.data.map((call) => callSchema.strict().parse(call).id);
  };

  it('200: filters by direction, status, sentiment, numbers and time, newest first', async () => {
    const first = await begun();
    const other = { direction: 'outbound', from_number: TO, to_number: FROM, started_at: '2026-01-06T09:00:00Z' };
    const second = await begun(other);
    await told(second, { status: 'missed', sentiment: 'negative' });
    const expected: [object, { id: string }[]][] = [
      [{}, [second, first]],
      [{ direction: 'inbound' }, [first]],
      [{ status: 'missed' }, [second]],
      [{ status: 'ended' }, []],
      [{ sentiment: 'negative' }, [second]],
      [{ from_number: FROM }, [first]],
      [{ to_number: FROM }, [second]],
      [{ 'started_at[gte]': '2026-01-06T09:00:00Z' }, [second]],
      [{ 'started_at[lt]': '2026-01-06T09:00:00Z' }, [first]],
      [{ direction: 'inbound', status: 'missed' }, []],
    ];
    for (const [query, found] of expected)
      expect({ query, ids: await list(query) }).toEqual({ query, ids: found.map(({ id }) => id) });
  });

  it('200: by cursor every call comes once, whatever begins meanwhile', async () => {
    const made: string[] = [];
    for (let count = 0; count < 7; count += 1) made.push((await begun()).id);
    expect(await walk(tenant, '/api/v1/calls', 3, begun)).toEqual(made.reverse());
  });

  it('401, 403, 422: a key, its scope, and known filters', async () => {
    expectError(await api.http.get('/api/v1/calls'), 'unauthorized');
    const other = await api.createKey(tenant, { scopes: ['customers:read'] });
    expectError(await other.get('/api/v1/calls'), 'insufficient_scope');
    const bad = { direction: 'x', status: 'x', sentiment: 'x', from_number: 'x', 'started_at[gte]': 'x', colour: 'x' };
    expectInvalid(await tenant.get('/api/v1/calls').query(bad), ...Object.keys(bad));
    expectInvalid(await tenant.get('/api/v1/calls').query({ cursor: 'x' }), 'cursor');
  });
});

describe('GET /api/v1/calls/{id}', () => {
  it('404: another tenant’s call, one of the other mode and none answer alike', async () => {
    const { id } = await begun();
    expect((await tenant.get(`/api/v1/calls/${id}`)).status).toBe(200);
    for (const caller of [await api.createTenant(), await api.createKey(tenant, { mode: 'test' })])
      expectError(await caller.get(`/api/v1/calls/${id}`), 'not_found');
    expectError(await tenant.get(`/api/v1/calls/${toPublicId('call', newUuid())}`), 'not_found');
  });

  it('shows a test-mode call to a test key alone', async () => {
    const { id } = await begun({ mode: 'test' });
    expectError(await tenant.get(`/api/v1/calls/${id}`), 'not_found');
    expect((await (await api.createKey(tenant, { mode: 'test' })).get(`/api/v1/calls/${id}`)).status).toBe(200);
  });
});
