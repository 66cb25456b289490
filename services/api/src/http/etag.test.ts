import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { expectError } from '../testing/answers.js';
import type { Tenant } from '../testing/actors.js';
import { startTestApi, type TestApi } from '../testing/test-api.js';

let api: TestApi;
let tenant: Tenant;

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());
beforeEach(async () => {
  tenant = await api.createTenant();
});

const resources = [
  { list: '/api/v1/customers', body: { name: 'Ada' }, changes: [{ name: 'Grace' }, { name: 'Katherine' }] },
  {
    list: '/api/v1/appointments',
    body: { customer: { name: 'Ada' }, starts_at: '2030-05-01T09:00:00Z' },
    changes: [{ notes: 'first' }, { notes: 'second' }],
  },
  {
    list: '/api/v1/webhook-endpoints',
    body: { url: 'https://receiver.example/', event_types: ['*'] },
    changes: [{ description: 'first' }, { description: 'second' }],
  },
] as const;

describe.each(resources)('versions of $list', ({ list, body, changes }) => {
  const STRONG_TAG = /^"[^"]+"$/;
  const add = async () => `${list}/${(await tenant.post(list).send(body)).body.data.id as string}`;
  const tagOf = async (path: string) => {
    const { etag } = (await tenant.get(path)).headers as { etag: string };
    expect(etag).toMatch(STRONG_TAG);
    return etag;
  };
  const getIfNoneMatch = (path: string, tags: string) => tenant.get(path).set('If-None-Match', tags);
  const patchIfMatch = (path: string, tags: string, change: object = changes[0]) =>
    tenant.patch(path).set('If-Match', tags).send(change);

  it('304 without a body for one that the caller has; 200 again once it has changed', async () => {
    const path = await add();
    const etag = await tagOf(path);
    expect(await tagOf(path)).toBe(etag);
    for (const tags of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const answer = await getIfNoneMatch(path, tags);
      expect({ tags, status: answer.status, text: answer.text }).toEqual({ tags, status: 304, text: '' });
      expect(answer.headers['x-request-id']).toBeDefined();
    }
    expect((await getIfNoneMatch(path, '"other"')).status).toBe(200);
    await tenant.patch(path).send(changes[0]);
    const fresh = await getIfNoneMatch(path, etag);
    expect(fresh.status).toBe(200);
    expect(fresh.headers.etag).not.toBe(etag);
  });

  it('304 for a list that has not changed, 200 once something is added', async () => {
    await add();
    const etag = await tagOf(list);
    expect((await getIfNoneMatch(list, etag)).status).toBe(304);
    expect((await getIfNoneMatch(`${list}?per_page=1`, etag)).status).toBe(200);
    await add();
    expect((await getIfNoneMatch(list, etag)).status).toBe(200);
  });

  it('412 for a change to a version that is stale, and nothing changes', async () => {
    const path = await add();
    const stale = await tagOf(path);
    await tenant.patch(path).send(changes[0]);
    const before = (await tenant.get(path)).text;
    for (const tags of [stale, '"other"', `W/${stale}`])
      expectError(await patchIfMatch(path, tags, changes[1]), 'precondition_failed');
    expect((await tenant.get(path)).text).toBe(before);
  });

  it('200 for a change to the present version, whose answer carries the next one', async () => {
    const path = await add();
    const first = await patchIfMatch(path, await tagOf(path));
    expect(first.status).toBe(200);
    expect(first.headers.etag).toBe(await tagOf(path));
    const second = await patchIfMatch(path, `"other", ${first.headers.etag as string}`, changes[1]);
    expect(second.status).toBe(200);
    expectError(await patchIfMatch(path, first.headers.etag as string), 'precondition_failed');
  });

  it('200 for a change to whatever version there is, by * or without the header', async () => {
    const path = await add();
    expect((await patchIfMatch(path, '*')).status).toBe(200);
    expect((await tenant.patch(path).send(changes[1])).status).toBe(200);
  });

  it('of ten changes to one version at once, one is taken', async () => {
    const path = await add();
    const etag = await tagOf(path);
    const answers = await Promise.all(Array.from({ length: 10 }, () => patchIfMatch(path, etag, changes[1])));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 9 }, () => 412)]);
  });
});
