import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  createTestDatabase,
  flowOf,
  insertEndpoint,
  insertTenant,
  setFlow,
  type TestDatabase,
} from '../testing/index.js';
import { closeBreaker, lengthenPause, markBacklogs, openBreaker } from './endpoint-flow.js';

let test: TestDatabase;
let endpoint: string;

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());
beforeEach(async () => {
  endpoint = await insertEndpoint(test.database, { tenant_id: await insertTenant(test.database) });
});

const flow = () => flowOf(test.database, endpoint);

describe('markBacklogs', () => {
  it('notes a backlog once: its beginning stays', async () => {
    await markBacklogs(test.database, [endpoint]);
    await setFlow(test.database, endpoint, `backlog_since = '2026-01-01'`);
    await markBacklogs(test.database, [endpoint]);
    const [row] = await test.database.query<{ backlog_since: Date }>({
      text: 'SELECT backlog_since FROM endpoint_flow WHERE endpoint_id = $1',
      values: [endpoint],
    });
    expect(row?.backlog_since.getFullYear()).toBe(2026);
    expect(row?.backlog_since.getMonth()).toBe(0);
  });

  it('of many endpoints by several workers at once meets no deadlock', async () => {
    const tenant = await insertTenant(test.database);
    const ids = await Promise.all(
      Array.from({ length: 50 }, () => insertEndpoint(test.database, { tenant_id: tenant })),
    );
    for (let round = 0; round < 10; round += 1) {
      await Promise.all([
        markBacklogs(test.database, ids),
        markBacklogs(test.database, ids.toReversed()),
        markBacklogs(test.database, ids),
        markBacklogs(test.database, ids.toReversed()),
      ]);
      await test.database.query({ text: 'UPDATE endpoint_flow SET backlog_since = NULL', values: [] });
    }
  });
});

describe('the breaker', () => {
  it('opens for the pause it is given', async () => {
    expect(await openBreaker(test.database, endpoint, 10_000)).toBe(true);
    const state = await flow();
    expect(state).toMatchObject({ pause_ms: 10_000, has_backlog: false });
    expect(state?.paused_for_ms).toBeGreaterThan(8_000);
    expect(state?.paused_for_ms).toBeLessThanOrEqual(10_000);
  });

  it('is opened by the first worker that says so; the pause of one that is open stands', async () => {
    const opened = await Promise.all([1, 2, 3, 4].map(() => openBreaker(test.database, endpoint, 10_000)));
    expect(opened.filter(Boolean)).toHaveLength(1);
    await lengthenPause(test.database, endpoint, 600_000);
    expect(await openBreaker(test.database, endpoint, 10_000)).toBe(false);
    expect(await flow()).toMatchObject({ pause_ms: 20_000 });
  });

  it('stays open when its pause is over, until a probe decides', async () => {
    await setFlow(test.database, endpoint, `paused_until = now() - interval '1 hour', pause_ms = 10000`);
    expect(await openBreaker(test.database, endpoint, 10_000)).toBe(false);
  });

  it('pauses twice as long after each probe that failed, up to the longest', async () => {
    await openBreaker(test.database, endpoint, 10_000);
    const pauses = [];
    for (let probe = 0; probe < 4; probe += 1) {
      await lengthenPause(test.database, endpoint, 60_000);
      const state = await flow();
      pauses.push(state?.pause_ms);
      expect(state?.paused_for_ms).toBeGreaterThan((state?.pause_ms ?? 0) - 2_000);
      expect(state?.paused_for_ms).toBeLessThanOrEqual(state?.pause_ms ?? 0);
    }
    expect(pauses).toEqual([20_000, 40_000, 60_000, 60_000]);
  });

  it('is not opened by a probe’s failure that comes after another closed it', async () => {
    await openBreaker(test.database, endpoint, 10_000);
    await closeBreaker(test.database, endpoint);
    await lengthenPause(test.database, endpoint, 60_000);
    expect(await flow()).toMatchObject({ paused_for_ms: null, pause_ms: null });
  });

  it('closes with a backlog of what has gathered, and says whether it was open', async () => {
    expect(await closeBreaker(test.database, endpoint)).toBe(false);
    await openBreaker(test.database, endpoint, 10_000);
    expect(await closeBreaker(test.database, endpoint)).toBe(true);
    expect(await flow()).toMatchObject({ paused_for_ms: null, pause_ms: null, has_backlog: true });
    expect(await closeBreaker(test.database, endpoint)).toBe(false);
  });

  it('begins with the first pause again when it opens anew', async () => {
    await openBreaker(test.database, endpoint, 10_000);
    await lengthenPause(test.database, endpoint, 60_000);
    await closeBreaker(test.database, endpoint);
    expect(await openBreaker(test.database, endpoint, 10_000)).toBe(true);
    expect(await flow()).toMatchObject({ pause_ms: 10_000, has_backlog: true });
  });
});
