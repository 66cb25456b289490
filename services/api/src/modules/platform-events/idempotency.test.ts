import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { claimEventKeys } from '@switchboard/db';
import { newUuid } from '@switchboard/shared';
import { z } from 'zod';
import { expectData, expectError, expectInvalid } from '../../testing/answers.js';
import type { Tenant } from '../../testing/actors.js';
import { meetAtLock } from '../../testing/locks.js';
import { startTestApi, type TestApi } from '../../testing/test-api.js';
import { publishedEventSchema } from './schemas.js';

let api: TestApi;
let tenant: Tenant;

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

/** Each test counts the events of a tenant of its own. */
async function startAnew(): Promise<void> {
  tenant = await api.createTenant();
}

const keyed = (idempotency_key: string, change: object = {}) => ({
  tenant_id: tenant.id,
  event: 'invoice.paid',
  data: { amount: 100 },
  idempotency_key,
  ...change,
});
const publish = (body: object) => api.platform.post('/platform/v1/events').send(body);

async function eventCount(): Promise<number | undefined> {
  const text = 'SELECT count(*) AS count FROM events WHERE tenant_id = $1';
  const [row] = await api.database.query<{ count: number }>({ text, values: [tenant.uuid] });
  return row?.count;
}

describe('idempotency_key', () => {
  it('the same key and event again: the same answer, and one event', async () => {
    await startAnew();
    const first = await publish(keyed('order-1'));
    const again = await publish(keyed('order-1'));
    expectData(first, 202, publishedEventSchema.strict());
    expect([again.status, again.body]).toEqual([202, first.body]);
    expect(await eventCount()).toBe(1);
  });

  it.each([
    ['other data', { data: { amount: 101 } }],
    ['another name', { event: 'invoice.refunded' }],
    ['another mode', { mode: 'test' }],
  ])('the same key with %s: 422, and nothing is written', async (_what, change) => {
    await startAnew();
    await publish(keyed('order-1'));
    const error = expectError(await publish(keyed('order-1', change)), 'idempotency_key_reused');
    expect(error.details).toEqual([{ path: 'idempotency_key', message: expect.any(String) }]);
    expect(await eventCount()).toBe(1);
  });

  it('belongs to its tenant: another tenant may use the same key', async () => {
    await startAnew();
    const mine = await publish(keyed('order-1'));
    const other = await api.createTenant();
    const theirs = await publish(keyed('order-1', { tenant_id: other.id }));
    expect(theirs.status).toBe(202);
    expect(theirs.body.data.id).not.toBe(mine.body.data.id);
  });

  it('of 50 publishes with one key at once one makes the event, and all get it', async () => {
    await startAnew();
    const answers = await Promise.all(Array.from({ length: 50 }, () => publish(keyed('order-1'))));
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([202]));
    expect(new Set(answers.map((answer) => answer.body.data.id)).size).toBe(1);
    expect(await eventCount()).toBe(1);
  });

  it('of 20 publishes at once with one key and different data one wins, and the others are told', async () => {
    await startAnew();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, amount) => publish(keyed('order-1', { data: { amount } }))),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([202, ...Array.from({ length: 19 }, () => 422)]);
    expect(await eventCount()).toBe(1);
  });

  it('inside one array: the second event of a key is the first', async () => {
    await startAnew();
    const answer = await publish([
      keyed('a'),
      keyed('b', { data: { amount: 2 } }),
      keyed('a'),
      keyed('c', { idempotency_key: undefined }),
    ]);
    const [first, second, third, fourth] = expectData(answer, 202, z.array(publishedEventSchema.strict()));
    expect(third).toEqual(first);
    expect(new Set([first?.id, second?.id, fourth?.id]).size).toBe(3);
    expect(await eventCount()).toBe(3);
  });

  it('an array sent again answers what it answered, and adds what is new', async () => {
    await startAnew();
    const first = await publish([keyed('a'), keyed('b')]);
    const again = await publish([keyed('b'), keyed('c'), keyed('a')]);
    expect(again.status).toBe(202);
    expect([again.body.data[2], again.body.data[0]]).toEqual(first.body.data);
    expect(await eventCount()).toBe(3);
  });

  it('a reused key keeps the whole array out, and is named by its place', async () => {
    await startAnew();
    await publish(keyed('a'));
    const error = expectError(
      await publish([keyed('new'), keyed('a', { data: { amount: 7 } })]),
      'idempotency_key_reused',
    );
    expect(error.details).toEqual([{ path: '1.idempotency_key', message: expect.any(String) }]);
    expect(await eventCount()).toBe(1);
    expect((await publish(keyed('new'))).status).toBe(202);
  });

  it('arrays with the same keys in opposite order do not wait for each other for ever', async () => {
    await startAnew();
    const keys = ['a', 'b', 'c', 'd', 'e'].map((key) => keyed(key));
    const middle = { tenant_id: tenant.uuid, key: 'c', event_id: newUuid(), fingerprint: Buffer.alloc(32) };
    const publishes = [() => publish(keys), () => publish(keys.toReversed())];
    const answers = await meetAtLock(api.database, (transaction) => claimEventKeys(transaction, [middle]), publishes);
    expect(answers.map((answer) => answer.status)).toEqual([202, 202]);
    const [forwards, backwards] = answers.map((answer) => answer.body.data as unknown[]);
    expect(backwards?.toReversed()).toEqual(forwards);
    expect(await eventCount()).toBe(5);
  });

  it('two keys that PostgreSQL would store as one are refused, not mixed up', async () => {
    await startAnew();
    for (const key of ['order \ud800', 'order \udfff']) expectInvalid(await publish(keyed(key)), 'idempotency_key');
    expectInvalid(await publish(keyed('order \u0000')), 'idempotency_key');
    expect(await eventCount()).toBe(0);
  });
});
