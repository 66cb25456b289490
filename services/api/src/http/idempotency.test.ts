import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { untilALockIsWaitedFor } from '@switchboard/db/testing';
import { newUuid } from '@switchboard/shared';
import { expectError, expectInvalid } from '../testing/answers.js';
import type { Caller, Tenant } from '../testing/actors.js';
import { uuidOf } from '../testing/deliveries.js';
import { appointmentPath, createScheduling, tally, times } from '../testing/scheduling.js';
import { startTestApi, type TestApi } from '../testing/test-api.js';

let api: TestApi;
let tenant: Tenant;
let key: string;

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());
beforeEach(async () => {
  tenant = await api.createTenant();
  key = newUuid();
});

const CUSTOMERS = '/api/v1/customers';
const APPOINTMENTS = '/api/v1/appointments';
const ADA = { name: 'Ada', phone: '+14155552671' };

const post = (path: string, body: object, { as = tenant, key: name = key }: { as?: Caller; key?: string } = {}) =>
  as.post(path).set('Idempotency-Key', name).send(body);

interface Sent {
  text: string;
  status: number;
  headers: Record<string, unknown>;
}
const isReplayed = ({ headers }: Sent) => headers['idempotency-replayed'] === 'true';

function expectReplay(answer: Sent, of: Sent): void {
  expect({ status: answer.status, text: answer.text, replayed: isReplayed(answer) }).toEqual({
    status: of.status,
    text: of.text,
    replayed: true,
  });
  expect(answer.headers['content-type']).toBe(of.headers['content-type']);
}

async function countOf(table: 'customers' | 'events' | 'appointments', owner = tenant): Promise<number | undefined> {
  const text = `SELECT count(*) FROM ${table} WHERE tenant_id = $1`;
  const [row] = await api.database.query<{ count: number }>({ text, values: [owner.uuid] });
  return row?.count;
}

async function storedOf(owner: Tenant): Promise<{ status: number; answer_sealed: Buffer; whole: string }[]> {
  return api.database.query({
    text: `SELECT status, answer_sealed, row_to_json(k)::text AS whole FROM idempotency_keys k WHERE tenant_id = $1`,
    values: [owner.uuid],
  });
}

describe('a POST with an Idempotency-Key', () => {
  it('is done once: the same request again gets the very same bytes, marked as a replay', async () => {
    const first = await post(CUSTOMERS, ADA);
    expect({ status: first.status, replayed: isReplayed(first) }).toEqual({ status: 201, replayed: false });
    expectReplay(await post(CUSTOMERS, ADA), first);
    expectReplay(await post(CUSTOMERS, ADA), first);
    expect([await countOf('customers'), await countOf('events')]).toEqual([1, 1]);
  });

  it.each([
    ['appointments', APPOINTMENTS, { customer: ADA, starts_at: '2030-05-01T09:00:00Z' }, 201],
    ['webhook endpoints', '/api/v1/webhook-endpoints', { url: 'https://receiver.example/', event_types: ['*'] }, 201],
    ['events', '/api/v1/events', { event: 'invoice.paid', data: { amount: 1 } }, 202],
  ])('is replayed for %s as well', async (_what, path, body, status) => {
    const first = await post(path, body);
    expect(first.status).toBe(status);
    expectReplay(await post(path, body), first);
  });

  it('with another body is refused, and nothing is done', async () => {
    await post(CUSTOMERS, ADA);
    expectError(await post(CUSTOMERS, { ...ADA, name: 'Grace' }), 'idempotency_key_reused');
    expect(await countOf('customers')).toBe(1);
  });

  it('is another one for another tenant, another mode and another route', async () => {
    const first = await post(CUSTOMERS, ADA);
    const others = [
      await post(CUSTOMERS, ADA, { as: await api.createTenant() }),
      await post(CUSTOMERS, ADA, { as: await api.createKey(tenant, { mode: 'test' }) }),
      await post(APPOINTMENTS, { customer: ADA, starts_at: '2030-05-01T09:00:00Z' }),
    ];
    expect(others.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(others.some(isReplayed)).toBe(false);
    expect(new Set([first, ...others].map(({ body }) => body.data.id as string)).size).toBe(4);
    expectReplay(await post(CUSTOMERS, ADA, { as: await api.createKey(tenant) }), first);
  });

  it('without a key, or by another method, is done each time', async () => {
    for (const _time of [1, 2]) expect((await tenant.post(CUSTOMERS).send(ADA)).status).toBe(201);
    expect(await countOf('customers')).toBe(2);
    const { id } = (await post(CUSTOMERS, ADA)).body.data as { id: string };
    for (const name of ['Grace', 'Katherine']) {
      const answer = await tenant.patch(`${CUSTOMERS}/${id}`).set('Idempotency-Key', key).send({ name });
      expect(answer.body.data.name).toBe(name);
    }
  });

  it.each(['', 'with space', 'x'.repeat(256), 'tab\there'])('422: a key that is none ("%s")', async (name) => {
    expectInvalid(await post(CUSTOMERS, ADA, { key: name }), 'Idempotency-Key');
    expect(await countOf('customers')).toBe(0);
  });

  it('takes any printable key of up to 255 characters, and tells keys apart by every character', async () => {
    for (const name of ['x'.repeat(255), 'x'.repeat(254), `'"%_\\;--`, 'A', 'a'])
      expect(isReplayed(await post(CUSTOMERS, ADA, { key: name }))).toBe(false);
    expect(await countOf('customers')).toBe(5);
  });
});

describe('at the same time', () => {
  it('while the first is being worked on, the second is told so; afterwards it gets the answer', async () => {
    const scheduling = createScheduling(api);
    const staff_id = await scheduling.createStaff(tenant);
    const booking = { customer: ADA, staff_id, starts_at: '2030-05-01T09:00:00Z' };
    const first = await api.database.transaction(async (transaction) => {
      const values = [uuidOf('staff', staff_id)];
      await transaction.query({ text: 'SELECT FROM staff WHERE id = $1 FOR UPDATE', values });
      const held = post(APPOINTMENTS, booking).then((answer) => answer);
      await untilALockIsWaitedFor(api.database);
      expectError(await post(APPOINTMENTS, booking), 'idempotency_in_flight');
      return { held };
    });
    const answer = await first.held;
    expect(answer.status).toBe(201);
    expectReplay(await post(APPOINTMENTS, booking), answer);
  });

  it('fifty requests with one key make one row and one event', async () => {
    const answers = await Promise.all(times(50, () => post(CUSTOMERS, ADA)));
    const done = answers.filter(({ status }) => status === 201);
    expect(Object.keys(tally(answers)).filter((status) => !['201', '409'].includes(status))).toEqual([]);
    for (const answer of answers) if (answer.status === 409) expectError(answer, 'idempotency_in_flight');
    expect(done.filter((answer) => !isReplayed(answer))).toHaveLength(1);
    expect(new Set(done.map(({ text }) => text)).size).toBe(1);
    expect([await countOf('customers'), await countOf('events')]).toEqual([1, 1]);
    expectReplay(await post(CUSTOMERS, ADA), done[0] as Sent);
  });
});

describe('what is kept', () => {
  it('a refusal is an answer too: it is repeated, even where the reason is gone', async () => {
    const staff_id = await createScheduling(api).createStaff(tenant);
    const booking = { customer: ADA, staff_id, starts_at: '2030-05-01T09:00:00Z' };
    const blocker = await tenant.post(APPOINTMENTS).send(booking);
    const refused = await post(APPOINTMENTS, booking);
    expectError(refused, 'slot_unavailable');
    await tenant.delete(appointmentPath(blocker.body.data as { id: string }));
    expectReplay(await post(APPOINTMENTS, booking), refused);
    expect((await post(APPOINTMENTS, booking, { key: newUuid() })).status).toBe(201);
  });

  it('a body that was not understood is not kept: mended, it may come under the same key', async () => {
    expectInvalid(await post(CUSTOMERS, { ...ADA, phone: 'x' }), 'phone');
    expect((await post(CUSTOMERS, ADA)).status).toBe(201);
  });

  it('a failure of ours is not kept: the same request is done anew', async () => {
    const rename = (from: string, to: string) =>
      api.database.query({ text: `ALTER TABLE customers RENAME COLUMN ${from} TO ${to}`, values: [] });
    await rename('notes', 'hidden');
    try {
      expectError(await post(CUSTOMERS, ADA), 'internal');
    } finally {
      await rename('hidden', 'notes');
    }
    const answer = await post(CUSTOMERS, ADA);
    expect({ status: answer.status, replayed: isReplayed(answer) }).toEqual({ status: 201, replayed: false });
  });

  it('the answer is encrypted at rest: a secret in it is not in the database', async () => {
    const endpoint = { url: 'https://receiver.example/', event_types: ['*'] };
    const first = await post('/api/v1/webhook-endpoints', endpoint);
    const secret = first.body.data.secret as string;
    expect(secret).toMatch(/^whsec_/);
    const [row] = await storedOf(tenant);
    for (const form of [secret, secret.slice(6), 'receiver.example']) {
      expect(row?.answer_sealed.includes(form)).toBe(false);
      expect(row?.whole).not.toContain(form);
    }
    const replay = await post('/api/v1/webhook-endpoints', endpoint);
    expectReplay(replay, first);
    expect(replay.body.data.secret).toBe(secret);
  });

  it('for 24 hours: then the request is done anew, and the new answer is the one that is repeated', async () => {
    const age = (hours: number) =>
      api.database.query({
        text: `UPDATE idempotency_keys SET created_at = now() - $2 * interval '1 hour' WHERE tenant_id = $1`,
        values: [tenant.uuid, hours],
      });
    const first = await post(CUSTOMERS, ADA);
    await age(23);
    expectReplay(await post(CUSTOMERS, ADA), first);
    await age(25);
    const second = await post(CUSTOMERS, { name: 'Grace' });
    expect({ status: second.status, replayed: isReplayed(second) }).toEqual({ status: 201, replayed: false });
    expectReplay(await post(CUSTOMERS, { name: 'Grace' }), second);
    expect(await storedOf(tenant)).toHaveLength(1);
  });
});
