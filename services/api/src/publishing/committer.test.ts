import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from '@switchboard/db';
import { newUuid } from '@switchboard/shared';
import { pino } from 'pino';
import { createAnswerStore } from '../http/idempotency.js';
import type { Tenant } from '../testing/actors.js';
import { startTestApi, TEST_KEYRING, type TestApi } from '../testing/test-api.js';
import { waitFor } from '../testing/waiting.js';
import { createAnnouncer } from './announcer.js';
import { createCommitter, type Commit, type Committer } from './committer.js';

let api: TestApi;
let tenant: Tenant;
let commit: Committer;
let reached: string[];

const REQUEST = { request_id: 'r1', actor: { kind: 'system' } } as const;
const answers = createAnswerStore(TEST_KEYRING);
const scope = () => ({ tenant_id: tenant.uuid, mode: 'live' as const });

beforeAll(async () => {
  api = await startTestApi();
  await waitFor('the queue is connected', () => api.producer.isReady());
});
afterAll(() => api.close());

beforeEach(async () => {
  tenant = await api.createTenant();
  reached = [];
  const faults = { reach: (point: string) => void reached.push(point) };
  commit = createCommitter({ database: api.database, announcer: api.announcer, answers, faults });
});

/** A domain row and an event, as a service writes them. */
async function writeBoth({ transaction, emit }: Commit): Promise<string> {
  const customer = { id: newUuid(), tenant_id: tenant.uuid, mode: 'live', name: 'Ada' };
  await transaction.run(sql('customers').insert(customer));
  return emit(scope(), 'customer.created', { name: 'Ada' }).id;
}

interface RowCounts {
  customers: number;
  events: number;
  outbox: number;
}

async function rowsSeenFromOutside(): Promise<RowCounts> {
  const text = `SELECT (SELECT count(*) FROM customers WHERE tenant_id = $1) AS customers,
    (SELECT count(*) FROM events WHERE tenant_id = $1) AS events, (SELECT count(*) FROM outbox WHERE tenant_id = $1) AS outbox`;
  const [row] = await api.database.query<RowCounts>({ text, values: [tenant.uuid] });
  return row as RowCounts;
}

const NONE = { customers: 0, events: 0, outbox: 0 };
const ALL = { customers: 1, events: 1, outbox: 1 };

describe('a commit', () => {
  it('makes row, event and outbox row visible together, and not before', async () => {
    await commit(REQUEST, async (work) => {
      await writeBoth(work);
      expect(await rowsSeenFromOutside()).toEqual(NONE);
    });
    expect(await rowsSeenFromOutside()).toEqual(ALL);
    expect(reached).toEqual(['before_commit', 'after_commit']);
  });

  it('rolls row, event and outbox row back together where the work throws, and announces nothing', async () => {
    const before = await api.producer.waitingCount('events');
    const work = async (part: Commit) => {
      await writeBoth(part);
      throw new Error('no');
    };
    await expect(commit(REQUEST, work)).rejects.toThrow('no');
    expect(await rowsSeenFromOutside()).toEqual(NONE);
    await api.announcer.drain();
    expect(await api.producer.waitingCount('events')).toBe(before);
  });

  it('rolls all back where the event itself cannot be written', async () => {
    const work = async (part: Commit) => {
      await writeBoth(part);
      part.emit({ tenant_id: 'no uuid', mode: 'live' }, 'a.b', {});
    };
    await expect(commit(REQUEST, work)).rejects.toMatchObject({ code: '22P02' });
    expect(await rowsSeenFromOutside()).toEqual(NONE);
    expect(reached).toEqual([]);
  });

  it('rolls all back where the process fails after the last write and before the COMMIT', async () => {
    const faults = { reach: (point: string) => expect(point).not.toBe('before_commit') };
    const crashing = createCommitter({ database: api.database, announcer: api.announcer, answers, faults });
    await expect(crashing(REQUEST, writeBoth)).rejects.toThrow();
    expect(await rowsSeenFromOutside()).toEqual(NONE);
  });

  it('fails where PostgreSQL takes the connection away before the COMMIT, and the process goes on', async () => {
    const work = async (part: Commit) => {
      await writeBoth(part);
      const [backend] = await part.transaction.query<{ pid: number }>({
        text: 'SELECT pg_backend_pid() AS pid',
        values: [],
      });
      await api.database.query({ text: 'SELECT pg_terminate_backend($1, 5000)', values: [backend?.pid] });
    };
    await expect(commit(REQUEST, work)).rejects.toThrow(/[Cc]onnection/);
    expect(await rowsSeenFromOutside()).toEqual(NONE);
    await commit(REQUEST, writeBoth);
    expect(await rowsSeenFromOutside()).toEqual(ALL);
  });

  it('does not pass for one where a failed statement was swallowed: a 2xx means committed (invariant 1)', async () => {
    const work = async (part: Commit) => {
      await writeBoth(part);
      await part.transaction.query({ text: 'SELECT 1 / 0', values: [] }).catch(() => undefined);
    };
    await expect(commit(REQUEST, work)).rejects.toThrow();
    expect(await rowsSeenFromOutside()).toEqual(NONE);
  });

  it('without an event writes the row alone', async () => {
    await commit(REQUEST, ({ transaction }) =>
      transaction.run(sql('customers').insert({ id: newUuid(), tenant_id: tenant.uuid, mode: 'live', name: 'Ada' })),
    );
    expect(await rowsSeenFromOutside()).toEqual({ ...NONE, customers: 1 });
  });

  it('announces what it committed, after the COMMIT', async () => {
    const seen: unknown[] = [];
    const addEvents = async (ids: string[]) => {
      seen.push({ ids, rows: await rowsSeenFromOutside() });
      await api.producer.addEvents(ids);
    };
    const announcer = createAnnouncer({ producer: { ...api.producer, addEvents }, log: pino({ level: 'silent' }) });
    const watched = createCommitter({ database: api.database, announcer, answers, faults: { reach: () => undefined } });
    const id = await watched(REQUEST, writeBoth);
    await announcer.drain();
    expect(seen).toEqual([{ ids: [id], rows: ALL }]);
    expect(await api.producer.waitingCount('events')).toBeGreaterThan(0);
  });
});

describe('an event in a commit', () => {
  it('has the very millisecond of its id as its time, and its data as it was serialised once', async () => {
    const id = await commit(REQUEST, writeBoth);
    const [row] = await api.database.query<{ created_at: Date; data: string }>({
      text: 'SELECT created_at, data FROM events WHERE id = $1',
      values: [id],
    });
    expect(row?.created_at.getTime()).toBe(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16));
    expect(row?.data).toBe('{"name":"Ada"}');
  });
});
