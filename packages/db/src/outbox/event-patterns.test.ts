import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isEventName, patternsMatching } from '@switchboard/shared';
import { createTestDatabase, type TestDatabase } from '../testing/index.js';

let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

const RESOURCES = ['a', 'appointment', 'call_log', 'x1', 'a_very_long_resource_name_that_somebody_may_choose'];
const DEEP = ['invoice.payment', 'a.b', 'ticket.comment.reply'];
const VERBS = ['created', 'no_showed', 'x', 'star'];
const NAMES = [...RESOURCES, ...DEEP].flatMap((resource) => VERBS.map((verb) => `${resource}.${verb}`));

describe('the SQL function event_patterns', () => {
  it.each(NAMES)('says the same of %s as patternsMatching() does', async (name) => {
    expect(isEventName(name)).toBe(true);
    const [row] = await test.database.query<{ patterns: string[] }>({
      text: 'SELECT event_patterns($1) AS patterns',
      values: [name],
    });
    expect(row?.patterns.toSorted()).toEqual(patternsMatching(name).toSorted());
  });
});
