import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { recordAttempts } from '../index.js';
import {
  aFailedAttempt,
  createTestDatabase,
  insertEndpoint,
  insertOwed,
  insertTenant,
  type TestDatabase,
} from '../testing/index.js';
import { renewClaims } from './renew-claims.js';
import { takeBacklog } from './take-backlog.js';

let test: TestDatabase;
let tenantId: string;

beforeAll(async () => {
  test = await createTestDatabase();
  tenantId = await insertTenant(test.database);
});
afterAll(() => test.drop());

async function aTakenDelivery(leaseMs: number) {
  const endpoint = await insertEndpoint(test.database, { tenant_id: tenantId, event_types: ['renew.nothing'] });
  await insertOwed(test.database, { tenant_id: tenantId, endpoint_id: endpoint });
  const { taken } = await takeBacklog(test.database, new Map([[endpoint, 1]]), leaseMs);
  if (!taken[0]) throw new Error('Nothing was taken.');
  return taken[0];
}
async function claimMs(eventId: string): Promise<number | null> {
  const [row] = await test.database.query<{ ms: number | null }>({
    text: 'SELECT (extract(epoch FROM queued_until - now()) * 1000)::float8 AS ms FROM deliveries WHERE event_id = $1',
    values: [eventId],
  });
  return row?.ms ?? null;
}

describe('a claim that is renewed', () => {
  it('lasts for so long from now', async () => {
    const taken = await aTakenDelivery(0);
    await renewClaims(test.database, [taken], 60_000);
    expect(await claimMs(taken.event_id)).toBeGreaterThan(50_000);
  });

  it('never ends sooner than it would have', async () => {
    const taken = await aTakenDelivery(60_000);
    await renewClaims(test.database, [taken], 1_000);
    expect(await claimMs(taken.event_id)).toBeGreaterThan(50_000);
  });

  it('is none where the attempt was recorded meanwhile: its retry is everybody’s', async () => {
    const taken = await aTakenDelivery(60_000);
    await recordAttempts(test.database, [aFailedAttempt(taken, 1, 0)]);
    await renewClaims(test.database, [taken], 60_000);
    expect(await claimMs(taken.event_id)).toBeNull();
  });
});
