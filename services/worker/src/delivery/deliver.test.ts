import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { stateOf } from '@switchboard/db/testing';
import { startReceiver, type Receiver, type ReceivedPost } from '@switchboard/faults/receiver';
import { until } from '@switchboard/queue/testing';
import { simpleSignature, toPublicId, webhookBody } from '@switchboard/shared';
import { Webhook } from 'standardwebhooks';
import { jobOf, openBench, type Bench, type Owed, type QueuedJob } from '../testing/bench.js';

let bench: Bench;
let receiver: Receiver;

beforeAll(async () => {
  bench = await openBench();
  receiver = await startReceiver();
});
afterEach(() => receiver.answerWith(() => ({ status: 200, body: 'ok' })));
afterAll(async () => {
  await receiver.stop();
  await bench.close();
});

const postsOf = (delivery: { event_id: string }): ReceivedPost[] =>
  receiver.posts.filter((post) => post.headers['webhook-id'] === toPublicId('event', delivery.event_id));

/** The jobs of a delivery in the queue; null while there are none. */
async function jobsQueuedOf(owed: Owed): Promise<QueuedJob[] | null> {
  const jobs = (await bench.queuedJobs()).filter((queued) => queued.data.delivery_id === owed.delivery_id);
  return jobs.length > 0 ? jobs : null;
}

interface LoggedAttempt {
  number: number;
  status_code: number | null;
  error_code: string | null;
  request_headers: string;
  response_body: string | null;
}

function attemptsOf(deliveryId: string): Promise<LoggedAttempt[]> {
  return bench.test.database.query<LoggedAttempt>({
    text: 'SELECT number, status_code, error_code, request_headers, response_body FROM attempts WHERE delivery_id = $1 ORDER BY number',
    values: [deliveryId],
  });
}

/** Time passes for one delivery, so that no test waits for its retry. */
const dueIn = (owed: Owed, ms: number) =>
  bench.test.database.query({
    text: `UPDATE deliveries SET next_attempt_at = now() + $2::float8 * interval '1 millisecond'
      WHERE event_id = $1 AND status = 'pending'`,
    values: [owed.event_id, ms],
  });
async function attemptNow(owed: Owed, attempt: number): Promise<void> {
  await dueIn(owed, 0);
  await bench.deliver(jobOf(owed, attempt));
}

describe('a delivery job', () => {
  it('posts once, records the answer and ends the delivery', async () => {
    receiver.answerWith(() => ({ status: 201, body: 'thanks' }));
    const owed = await bench.owe({ url: receiver.url });
    await bench.deliver(jobOf(owed));
    expect(postsOf(owed)).toHaveLength(1);
    expect(await stateOf(bench.test.database, owed)).toMatchObject({ status: 'succeeded', attempt_count: 1 });
    expect(await attemptsOf(owed.delivery_id)).toMatchObject([
      { number: 1, status_code: 201, error_code: null, response_body: 'thanks' },
    ]);
  });

  it('signs, sends and logs the same bytes on every attempt', async () => {
    receiver.answerWith((post) => ({ status: post.headers['x-switchboard-attempt'] === '3' ? 200 : 500 }));
    const data_json = '{"z":1,"a":"Zoë \u{1F600}", "n":12345678901234567890}';
    const owed = await bench.owe({ url: receiver.url, headers: { 'X-Shared': 'hush' } }, { data_json });
    for (const attempt of [1, 2, 3]) await attemptNow(owed, attempt);

    const posts = postsOf(owed);
    expect(posts.map((post) => post.headers['x-switchboard-attempt'])).toEqual(['1', '2', '3']);
    const [event] = await bench.test.database.query<{
      type: string;
      tenant_id: string;
      created_at: Date;
      data: string;
    }>({
      text: 'SELECT type, tenant_id, created_at, data FROM events WHERE id = $1',
      values: [owed.event_id],
    });
    if (!event) throw new Error('The event is gone.');
    // What the log can show of the body at any time later is what was sent.
    const logged = webhookBody({ ...event, event: event.type, event_id: owed.event_id, data_json: event.data });
    const attempts = await attemptsOf(owed.delivery_id);
    posts.forEach((post, index) => {
      expect(post.body.toString('utf8')).toBe(logged);
      expect(new Webhook(owed.endpoint.secret).verify(post.body.toString('utf8'), post.headers)).toMatchObject({
        data: { z: 1 },
      });
      expect(post.headers['x-switchboard-signature']).toBe(simpleSignature(owed.endpoint.secret, post.body));
      const headers = JSON.parse(attempts[index]?.request_headers ?? '{}') as Record<string, string>;
      const inLowerCase = Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
      );
      expect(post.headers).toMatchObject({ ...inLowerCase, 'x-shared': 'hush' });
      expect(inLowerCase['x-shared']).toBe('********');
    });
  });

  it('retries after the pause of the schedule, on the retry lane, where that is within the next sweep', async () => {
    receiver.answerWith(() => ({ status: 503 }));
    const owed = await bench.owe({ url: receiver.url });
    await bench.deliver(jobOf(owed));
    const state = await stateOf(bench.test.database, owed);
    expect(state).toMatchObject({
      status: 'pending',
      attempt_count: 1,
      last_status_code: 503,
      last_error_code: 'http_status',
    });
    expect(state.due_in_ms).toBeGreaterThan(0);
    expect(state.due_in_ms).toBeLessThanOrEqual(1_200);
    const [job] = await until('its retry is enqueued', () => jobsQueuedOf(owed));
    expect(job).toMatchObject({ queue: 'delivery-retries', id: `${owed.delivery_id}-2`, data: jobOf(owed, 2) });
    expect(job?.delay_ms).toBeGreaterThanOrEqual(1_000);
  });

  it('leaves a far-off retry to PostgreSQL, so that a backlog does not fill the queue', async () => {
    receiver.answerWith(() => ({ status: 503 }));
    const owed = await bench.owe({ url: receiver.url });
    await bench.deliver(jobOf(owed));
    await until('the near one is enqueued', () => jobsQueuedOf(owed));
    await bench.deliver(jobOf(owed, 2));
    expect((await stateOf(bench.test.database, owed)).due_in_ms).toBeGreaterThan(50_000);
    // A job of another delivery that was asked for later is there, and the far-off one is not.
    const other = await bench.owe({ url: receiver.url });
    await bench.deliver(jobOf(other));
    await until('the other is enqueued', () => jobsQueuedOf(other));
    expect((await jobsQueuedOf(owed))?.map((job) => job.data.attempt)).toEqual([2]);
  });

  it('waits where it comes early, as where the clock of who delayed it is behind', async () => {
    const owed = await bench.owe({ url: receiver.url });
    await dueIn(owed, 400);
    const before = Date.now();
    await bench.deliver(jobOf(owed));
    const [post] = postsOf(owed);
    // The database, the receiver and this test have one clock.
    expect((post?.received_at_ms ?? 0) - before).toBeGreaterThanOrEqual(300);
  });

  it('makes no attempt that is due after the next sweep, which will bring it', async () => {
    const owed = await bench.owe({ url: receiver.url });
    await dueIn(owed, 60_000);
    await bench.deliver(jobOf(owed));
    expect(postsOf(owed)).toEqual([]);
    expect(await stateOf(bench.test.database, owed)).toMatchObject({ status: 'pending', attempt_count: 0 });
  });

  it('leaves the delivery dead and visible after its last attempt', async () => {
    receiver.answerWith(() => ({ status: 500 }));
    const owed = await bench.owe({ url: receiver.url });
    for (const attempt of [1, 2, 3, 4]) await attemptNow(owed, attempt);
    expect(postsOf(owed)).toHaveLength(3);
    expect(await stateOf(bench.test.database, owed)).toMatchObject({
      status: 'dead',
      attempt_count: 3,
      next_attempt_at: null,
      last_status_code: 500,
    });
  });

  it.each([1, 2, 5])('makes max_attempts attempts where the endpoint says %i', async (maxAttempts) => {
    receiver.answerWith(() => ({ status: 500 }));
    const owed = await bench.owe({ url: receiver.url, max_attempts: maxAttempts });
    for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
      expect((await stateOf(bench.test.database, owed)).status).toBe('pending');
      await attemptNow(owed, attempt);
    }
    expect((await stateOf(bench.test.database, owed)).status).toBe('dead');
  });

  it('heeds the endpoint’s own timeout', async () => {
    const release: (() => void)[] = [];
    receiver.answerWith(() => new Promise((resolve) => release.push(() => resolve({ status: 200 }))));
    const owed = await bench.owe({ url: receiver.url, timeout_ms: 1_000 });
    const start = performance.now();
    await bench.deliver(jobOf(owed));
    expect(performance.now() - start).toBeLessThan(1_800);
    expect(await stateOf(bench.test.database, owed)).toMatchObject({ status: 'pending', last_error_code: 'timeout' });
    release.forEach((answer) => answer());
  });

  it('records an answer that PostgreSQL’s text cannot hold as it is', async () => {
    receiver.answerWith(() => ({ status: 200, body: Buffer.from([0x61, 0x00, 0x62, 0xff, 0x63]) }));
    const owed = await bench.owe({ url: receiver.url });
    await bench.deliver(jobOf(owed));
    expect(await attemptsOf(owed.delivery_id)).toMatchObject([{ response_body: 'a\uFFFDb\uFFFDc' }]);
  });
});

describe('the line of an attempt', () => {
  it('tells all of it in one line, from the request that caused it to the outcome', async () => {
    receiver.answerWith(() => ({ status: 500 }));
    const owed = await bench.owe({ url: receiver.url }, { request_id: 'req-abc' });
    await bench.deliver(jobOf(owed));
    const lines = bench.logLines.filter((line) => line.delivery_id === toPublicId('delivery', owed.delivery_id));
    expect(lines).toEqual([
      expect.objectContaining({
        msg: 'attempt',
        request_id: 'req-abc',
        event_id: toPublicId('event', owed.event_id),
        endpoint_id: toPublicId('endpoint', owed.endpoint_id),
        tenant_id: toPublicId('tenant', bench.tenantId),
        attempt: 1,
        status: 'pending',
        status_code: 500,
        error_code: 'http_status',
        duration_ms: expect.any(Number),
        retry_delay_ms: expect.any(Number),
      }),
    ]);
  });

  it('holds no secret, custom header, query string or payload, whatever went wrong', async () => {
    const hush = 'hush-hush-hush';
    const closed = 'http://127.0.0.1:1/';
    for (const url of [`${receiver.url}?token=${hush}`, `${closed}?token=${hush}`]) {
      const owed = await bench.owe({ url, headers: { Authorization: hush } }, { data_json: `{"card":"${hush}"}` });
      await bench.deliver(jobOf(owed));
      expect(bench.logText()).not.toContain(owed.endpoint.secret);
    }
    expect(bench.logText()).not.toContain(hush);
  });
});
