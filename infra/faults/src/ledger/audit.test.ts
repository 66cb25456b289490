import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@switchboard/db/testing';
import { fromPublicId } from '@switchboard/shared';
import { publish } from '../load.js';
import type { ReceivedPost } from '../receiver.js';
import { startFaultStack, type FaultStack } from '../stack/fault-stack.js';
import { describeWithRedis } from '../testing/redis-here.js';
import { waitFor } from '../wait-for.js';
import { auditLedger } from './audit.js';

let test: TestDatabase;
let stack: FaultStack;

/** Publishes events and waits until both subscribers have them. @returns the events' UUIDs */
async function deliver(count: number): Promise<string[]> {
  const ids = (await publish(stack, count)).event_ids.map((id) => fromPublicId('event', id) ?? id);
  await waitFor('both deliveries of each are recorded', async () => {
    const text = `SELECT FROM deliveries WHERE status = 'succeeded' AND event_id = ANY ($1)`;
    return (await stack.database.query({ text, values: [ids] })).length === 2 * count;
  });
  return ids;
}

const loadEndpoint = () => fromPublicId('endpoint', stack.endpoints.load.id);

async function change(text: string, ...values: unknown[]): Promise<void> {
  await stack.database.query({ text, values });
}

/** Sends what a receiver got once more, as a worker would that did not know it had sent it. */
async function sendAgain(post: ReceivedPost, headers: Record<string, string> = {}): Promise<void> {
  const { host: _host, 'content-length': _length, connection: _connection, ...kept } = post.headers;
  const body = new Uint8Array(post.body);
  await fetch(stack.receivers.load.url, { method: 'POST', headers: { ...kept, ...headers }, body });
}

// An audit that finds nothing proves nothing, unless it finds what is there to be found.
describeWithRedis('the audit of the ledger', () => {
  beforeAll(async () => {
    test = await createTestDatabase();
    stack = await startFaultStack({ databaseUrl: test.url });
  });
  afterAll(async () => {
    await stack.stop();
    await test.drop();
  });

  it('finds nothing where everything was delivered', async () => {
    await deliver(3);
    expect(await auditLedger(stack)).toEqual({
      ...{ delivered: 6, dead: 0, cancelled: 0, lost: 0, duplicates: 0 },
      violations: [],
    });
  });

  it('finds a delivery that is missing, one that is still owed, and one that never arrived', async () => {
    const [missing, owed, never] = await deliver(3);
    const one = 'WHERE event_id = $1 AND endpoint_id = $2';
    await change(`DELETE FROM deliveries ${one}`, missing, loadEndpoint());
    await change(
      `UPDATE deliveries SET status = 'pending', next_attempt_at = now() + interval '1 day', completed_at = NULL ${one}`,
      owed,
      loadEndpoint(),
    );
    const posts = stack.receivers.load.posts as ReceivedPost[];
    const isOfNever = (post: ReceivedPost) => fromPublicId('event', post.headers['webhook-id'] ?? '') === never;
    posts.splice(posts.findIndex(isOfNever), 1);

    const { lost, violations } = await auditLedger(stack);
    expect(lost).toBe(3);
    for (const [id, state] of [
      [missing, 'has no delivery'],
      [owed, 'is pending'],
      [never, 'is succeeded, and arrived 0 times'],
    ]) {
      expect(violations).toContainEqual(expect.stringMatching(new RegExp(`${id} is lost.*${state}`)));
    }
  });

  it('finds an event that was accepted and is not in the database', async () => {
    const id = 'evt_01h455vb4pex5vsknk084sn02q';
    stack.ledger.note({ status: 202, retry_after: null, took_ms: 1, event_ids: [id] });
    const { violations } = await auditLedger(stack);
    expect(violations).toContainEqual(`Event ${id} was accepted and is not in the database.`);
  });

  it('finds a delivery that ended in a way the fault does not allow, and lets pass what it does', async () => {
    const [id] = await deliver(1);
    await change(`UPDATE deliveries SET status = 'dead' WHERE event_id = $1 AND endpoint_id = $2`, id, loadEndpoint());
    const problem = `Event ${id} ended as dead for the receiver "load".`;
    expect((await auditLedger(stack)).violations).toContain(problem);
    expect((await auditLedger(stack, { load: ['succeeded', 'dead'] })).violations).not.toContain(problem);
  });

  it('finds a POST made in vain, and one that is not rightly signed', async () => {
    await deliver(1);
    const before = await auditLedger(stack);
    const [post] = stack.receivers.load.posts as [ReceivedPost];
    await sendAgain(post);
    await sendAgain(post, { 'webhook-signature': 'v1,AAAA' });
    const { duplicates, violations } = await auditLedger(stack);
    expect(duplicates).toBe(before.duplicates + 2);
    expect(violations).toContainEqual(expect.stringMatching(/POSTs were made in vain/));
    expect(violations).toContainEqual(expect.stringMatching(/would have been refused.*webhook-signature/));
  });
});
