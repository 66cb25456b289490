import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  claimsOf,
  createTestDatabase,
  endDeliveries,
  endLeases,
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
const claims = () => claimsOf(test.database, endpoint);
const owe = (count: number) => insertOwed(test.database, { tenant_id: tenantId, endpoint_id: endpoint, count });

describe('giveBackDeliveries', () => {
  it('frees what was taken, so that the next who asks gets it, and nothing else', async () => {
    await owe(3);
    await take(3);
    const given = (await claims()).slice(0, 2);
    await giveBackDeliveries(test.database, given);
    expect((await take(3)).map(({ event_id }) => event_id).sort()).toEqual(
      given.map(({ event_id }) => event_id).sort(),
    );
  });

  it('leaves alone what somebody has taken anew: who comes late frees no other’s claim', async () => {
    await owe(1);
    await take(1);
    const late = await claims();
    await endLeases(test.database, endpoint);
    await take(1);
    await giveBackDeliveries(test.database, late);
    expect(await take(1)).toEqual([]);
  });

  it('changes nothing about what has ended meanwhile', async () => {
    const owed = await owe(1);
    await take(1);
    const given = await claims();
    await endDeliveries(test.database, owed);
    await giveBackDeliveries(test.database, given);
    expect(await take(1)).toEqual([]);
  });

  it('passes over what somebody records at this moment, instead of waiting for it', async () => {
    await owe(1);
    await take(1);
    const given = await claims();
    await test.database.transaction(async (transaction) => {
      await transaction.query({ text: 'SELECT FROM deliveries WHERE endpoint_id = $1 FOR UPDATE', values: [endpoint] });
      await giveBackDeliveries(test.database, given);
    });
    expect(await take(1)).toEqual([]);
  });
});
