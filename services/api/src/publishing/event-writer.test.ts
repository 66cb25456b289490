import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Executor, NewEvent, Statement } from '@switchboard/db';
import { anEvent, createTestDatabase, insertTenant, type TestDatabase } from '@switchboard/db/testing';
import { createEventWriter } from './event-writer.js';

let test: TestDatabase;
let tenantId: string;

beforeAll(async () => {
  test = await createTestDatabase();
  tenantId = await insertTenant(test.database);
});
afterAll(() => test.drop());

/** The database, with the statements counted that it is sent. */
function counted(): { database: Executor; count: () => number } {
  let statements = 0;
  const query = <Row>(statement: Statement) => {
    statements += 1;
    return test.database.query<Row>(statement);
  };
  return { database: { ...test.database, query }, count: () => statements };
}

const events = (count: number) => Array.from({ length: count }, () => anEvent({ tenant_id: tenantId }));
const committed = async (given: readonly NewEvent[]) => {
  const rows = await test.database.query<{ id: string }>({
    text: 'SELECT e.id FROM events e JOIN outbox o ON o.event_id = e.id WHERE e.id = ANY ($1::uuid[])',
    values: [given.map((event) => event.id)],
  });
  return rows.length;
};

describe('the event writer', () => {
  it('commits the events of one call when it resolves', async () => {
    const { database, count } = counted();
    const given = events(3);
    await createEventWriter(database)(given);
    expect(await committed(given)).toBe(3);
    expect(count()).toBe(1);
  });

  it('writes what many calls bring in one moment in few statements, and answers each', async () => {
    const { database, count } = counted();
    const write = createEventWriter(database);
    const calls = Array.from({ length: 60 }, () => events(1));
    await Promise.all(calls.map((given) => write(given)));
    expect(await committed(calls.flat())).toBe(60);
    expect(count()).toBeLessThanOrEqual(4);
  });

  it('lets one call’s bad event fail that call alone, whole', async () => {
    const write = createEventWriter(test.database);
    const [good, other] = [events(2), events(1)];
    const bad = [...events(1), { ...anEvent({ tenant_id: tenantId }), type: null as unknown as string }];
    const outcomes = await Promise.allSettled([write(good), write(bad), write(other)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await committed([...good, ...other])).toBe(3);
    expect(await committed(bad)).toBe(0);
  });
});
