import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newUuid } from '@switchboard/shared';
import { anEvent, createTestDatabase, insertTenant, type TestDatabase } from '../testing/index.js';
import { claimEventKeys, deleteEventKeysOlderThan, findEventKeys, type EventKeyClaim } from './event-idempotency.js';
import { insertEvents } from './insert-events.js';

let test: TestDatabase;
let tenantId: string;

beforeAll(async () => {
  test = await createTestDatabase();
  tenantId = await insertTenant(test.database);
});
afterAll(() => test.drop());

const claimOf = (key: string, fields: Partial<EventKeyClaim> = {}): EventKeyClaim => ({
  tenant_id: tenantId,
  key,
  event_id: newUuid(),
  fingerprint: Buffer.from('same event'),
  ...fields,
});

describe('idempotency keys of events', () => {
  it('are won by exactly one of many publishes at the same moment', async () => {
    const claims = Array.from({ length: 8 }, () => claimOf('contested'));
    const won = await Promise.all(
      claims.map((claim) => test.database.transaction((transaction) => claimEventKeys(transaction, [claim]))),
    );
    const winners = won.flatMap((ids) => [...ids]);
    expect(winners).toHaveLength(1);
    expect(claims.map((claim) => claim.event_id)).toContain(winners[0]);
  });

  it('are free again where the publish that had claimed them was rolled back', async () => {
    const claim = claimOf('rolled back');
    const work = test.database.transaction(async (transaction) => {
      await claimEventKeys(transaction, [claim]);
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    expect([...(await claimEventKeys(test.database, [claim]))]).toEqual([claim.event_id]);
  });

  it('belong to their tenant: another tenant has the same key for itself', async () => {
    const [mine, theirs] = [claimOf('shared'), claimOf('shared', { tenant_id: await insertTenant(test.database) })];
    expect([...(await claimEventKeys(test.database, [mine, theirs]))].sort()).toEqual(
      [mine.event_id, theirs.event_id].sort(),
    );
  });

  it('tell which event holds them, until they are forgotten after their time', async () => {
    const event = anEvent({ tenant_id: tenantId, type: 'invoice.paid' });
    await insertEvents(test.database, [event]);
    await claimEventKeys(test.database, [claimOf('held', { event_id: event.id })]);

    const held = await findEventKeys(test.database, [claimOf('held')]);
    expect(held).toMatchObject([{ event_id: event.id, type: 'invoice.paid', created_at: event.created_at }]);

    await deleteEventKeysOlderThan(test.database, 60_000);
    expect(await findEventKeys(test.database, [claimOf('held')])).toHaveLength(1);
    await deleteEventKeysOlderThan(test.database, 0);
    expect(await findEventKeys(test.database, [claimOf('held')])).toEqual([]);
  });
});
