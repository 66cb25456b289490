import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newUuid, toPublicId } from '@switchboard/shared';
import { once } from 'node:events';
import { request } from 'node:http';
import type { Tenant } from '../testing/actors.js';
import { startTestApi, type TestApi } from '../testing/test-api.js';
import { waitFor } from '../testing/waiting.js';

let api: TestApi;
let tenant: Tenant;

beforeAll(async () => {
  api = await startTestApi();
  tenant = await api.createTenant();
});
afterAll(() => api.close());

/** The lines of one request: what is written about it besides its answer. */
async function linesOf(requestId: string): Promise<Record<string, unknown>[]> {
  const find = () =>
    api.logLines
      .filter((line) => line.includes(`"${requestId}"`))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  await waitFor('the request’s line', () => find().some((line) => line.msg === 'request'));
  return find();
}

describe('a request', () => {
  it('is logged as one line with its id, route, status, duration, tenant and key', async () => {
    await tenant.get(`/api/v1/events/${toPublicId('event', newUuid())}`).set('X-Request-Id', 'a-1');
    expect(await linesOf('a-1')).toEqual([
      {
        ...{ level: 'info', time: expect.any(String), service: 'api', pid: process.pid, msg: 'request' },
        ...{
          request_id: 'a-1',
          method: 'GET',
          route: '/events/{id}',
          status: 404,
          duration_ms: expect.any(Number),
          error_code: 'not_found',
        },
        ...{ tenant_id: tenant.id, key_id: tenant.keyId },
      },
    ]);
  });

  it('that lacks a scope is logged with its route, so that one sees what was tried', async () => {
    const reader = await api.createKey(tenant, { scopes: ['events:read'] });
    await reader.get('/api/v1/deliveries').set('X-Request-Id', 'b-1');
    expect(await linesOf('b-1')).toEqual([
      expect.objectContaining({ route: '/deliveries', status: 403, error_code: 'insufficient_scope' }),
    ]);
  });

  it('to nowhere, or without a key, is logged without its address, which could hold one', async () => {
    await api.http.get('/nowhere').set('X-Request-Id', 'c-1');
    await api.http.get('/api/v1/events').set('X-Request-Id', 'c-2');
    expect(await linesOf('c-1')).toEqual([expect.objectContaining({ route: 'unmatched', status: 404 })]);
    const [line] = await linesOf('c-2');
    expect(line).toMatchObject({ route: 'unmatched', status: 401, error_code: 'unauthorized' });
    expect(line).not.toHaveProperty('tenant_id');
  });

  it('whose caller hangs up is logged as aborted', async () => {
    const headers = {
      Authorization: `Bearer ${tenant.key}`,
      'Content-Type': 'application/json',
      'Content-Length': 100,
      'X-Request-Id': 'd-1',
      Expect: '100-continue',
    };
    const hungUp = request({
      host: '127.0.0.1',
      port: api.port,
      path: '/api/v1/appointments',
      method: 'POST',
      headers,
    });
    hungUp.on('error', () => undefined);
    hungUp.flushHeaders();
    await once(hungUp, 'continue');
    hungUp.destroy();
    expect(await linesOf('d-1')).toContainEqual(expect.objectContaining({ aborted: true, msg: 'request' }));
  });
});
