import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  createTestDatabase,
  endDeliveries,
  insertEndpoint,
  insertOwed,
  insertTenant,
  type TestDatabase,
} from '../testing/index.js';
import { giveBackDeliveries } from './give-back.js';
import { takeBacklog } from './take-backlog.js';

let test: TestDatabase;
let tenantId: string;
let endpoint: string;

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());
beforeEach(async () => {
  tenantId = await insertTenant(test.database);
  endpoint = await insertEndpoint(test.database, { tenant_id: tenantId });
});

const take = async (count: number) => (await takeBacklog(test.database, new Map([[endpoint, count]]), 60_000)).taken;
const owe = (count: number) => insertOwed(test.database, { tenant_id: tenantId, endpoint_id: endpoint, count });

describe('giveBackDeliveries', () => {
  it('frees what was taken, so that the next who asks gets it, and nothing else', async () => {
    await owe(3);
    const taken = await take(3);
    await giveBackDeliveries(test.database, taken.slice(0, 2));
    expect((await take(3)).map(({ event_id }) => event_id).sort()).toEqual(
      taken
        .slice(0, 2)
        .map(({ event_id }) => event_id)
        .sort(),
    );
  });

  it('changes nothing about what has ended meanwhile', async () => {
    const owed = await owe(1);
    const taken = await take(1);
    await endDeliveries(test.database, owed);
    await giveBackDeliveries(test.database, taken);
    expect(await take(1)).toEqual([]);
  });

  it('passes over what somebody records at this moment, instead of waiting for it', async () => {
    await owe(1);
    const taken = await take(1);
    await test.database.transaction(async (transaction) => {
      await transaction.query({ text: 'SELECT FROM deliveries WHERE endpoint_id = $1 FOR UPDATE', values: [endpoint] });
      await giveBackDeliveries(test.database, taken);
    });
    expect(await take(1)).toEqual([]);
  });
});
