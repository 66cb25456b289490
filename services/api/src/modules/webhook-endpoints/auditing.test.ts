import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { expectData, expectError } from '../../testing/answers.js';
import type { Tenant } from '../../testing/actors.js';
import { uuidOf } from '../../testing/deliveries.js';
import { startTestApi, type TestApi } from '../../testing/test-api.js';
import { createdEndpointSchema } from './schemas.js';

let api: TestApi;
let tenant: Tenant;

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());
beforeEach(async () => {
  tenant = await api.createTenant();
});

const PATH = '/api/v1/webhook-endpoints';
const CREDENTIAL = 'Basic c2VjcmV0LW9mLXRoZS1yZWNlaXZlcg==';
const TOKEN = 'token=very-secret';
const SETTINGS = {
  url: 'https://receiver.example/hooks?********',
  headers: { 'X-Auth': '********' },
  description: '',
  event_types: ['*'],
  max_attempts: null,
  timeout_ms: null,
  max_in_flight: null,
  rate_limit_per_second: null,
  ordering: 'none',
};

async function create(): Promise<{ id: string; secret: string }> {
  const url = `https://receiver.example/hooks?${TOKEN}`;
  const body = { url, event_types: ['*'], headers: { 'X-Auth': CREDENTIAL } };
  return expectData(await tenant.post(PATH).send(body), 201, createdEndpointSchema);
}

interface AuditRow {
  action: string;
  before: object | null;
  after: object | null;
  whole: string;
}

/** The tenant's audit log, oldest first; ids are UUIDv7. */
function auditLog(owner = tenant): Promise<AuditRow[]> {
  return api.database.query<AuditRow>({
    text: `SELECT *, a::text AS whole FROM audit_log a WHERE tenant_id = $1 AND target_kind <> 'api_key' ORDER BY id`,
    values: [owner.uuid],
  });
}

/** What was done after the endpoint was created. */
async function since(): Promise<Pick<AuditRow, 'action' | 'before' | 'after'>[]> {
  const rows = (await auditLog()).slice(1);
  return rows.map(({ action, before, after }) => ({ action, before, after }));
}

const patch = async (id: string, change: object) =>
  expect((await tenant.patch(`${PATH}/${id}`).send(change)).status).toBe(200);

describe('the audit log of an endpoint', () => {
  it('says who created it, with which request, from where', async () => {
    const body = { url: 'https://receiver.example/', event_types: ['*'] };
    const answer = await tenant
      .post(PATH)
      .set('X-Request-Id', 'trace-7')
      .set('X-Forwarded-For', '203.0.113.9')
      .send(body);
    const { id } = expectData(answer, 201, createdEndpointSchema);
    const target_id = uuidOf('endpoint', id);
    expect(await auditLog()).toEqual([
      expect.objectContaining({
        ...{ tenant_id: tenant.uuid, mode: 'live', occurred_at: expect.any(Date), request_id: 'trace-7' },
        ...{ actor_kind: 'api_key', actor_id: uuidOf('apiKey', tenant.keyId), ip: '203.0.113.9' },
        ...{ action: 'webhook_endpoint.created', target_kind: 'webhook_endpoint', target_id },
        before: null,
        after: { ...SETTINGS, url: 'https://receiver.example/', headers: {}, enabled: true },
      }),
    ]);
  });

  it('says what was changed, from what to what, and nothing of what stayed', async () => {
    const { id } = await create();
    await patch(id, { description: 'CRM', max_in_flight: 3, event_types: ['*'] });
    expect(await since()).toEqual([
      {
        action: 'webhook_endpoint.updated',
        before: { description: '', max_in_flight: null },
        after: { description: 'CRM', max_in_flight: 3 },
      },
    ]);
  });

  it('says that a header or the query of the URL changed, not what they hold', async () => {
    const { id } = await create();
    await patch(id, { headers: { 'X-Auth': `${CREDENTIAL}2` }, url: 'https://receiver.example/hooks?token=other' });
    const { url, headers } = SETTINGS;
    expect(await since()).toEqual([
      { action: 'webhook_endpoint.updated', before: { url, headers }, after: { url, headers } },
    ]);
  });

  it('says who disabled and who enabled it, apart from what else was changed', async () => {
    const { id } = await create();
    await patch(id, { enabled: false, description: 'CRM' });
    const { disabled_at } = (await tenant.get(`${PATH}/${id}`)).body.data as { disabled_at: string };
    await patch(id, { enabled: true });
    const reason = 'manual';
    expect(await since()).toEqual([
      { action: 'webhook_endpoint.updated', before: { description: '' }, after: { description: 'CRM' } },
      { action: 'webhook_endpoint.disabled', before: null, after: { reason } },
      { action: 'webhook_endpoint.enabled', before: { reason, disabled_at }, after: null },
    ]);
  });

  it('says when its secret was rotated, when it was tested, and when it was deleted', async () => {
    const { id } = await create();
    const rotated = await tenant.post(`${PATH}/${id}/rotate-secret`).send({ overlap_hours: 2 });
    const { previous_secret_expires_at } = rotated.body.data as { previous_secret_expires_at: string };
    const { delivery } = (await tenant.post(`${PATH}/${id}/test`).send({ event: 'missed_call' })).body.data as {
      delivery: { id: string; event_id: string };
    };
    expect((await tenant.delete(`${PATH}/${id}`)).status).toBe(200);
    const sent = { event_id: uuidOf('event', delivery.event_id), delivery_id: uuidOf('delivery', delivery.id) };
    expect(await since()).toEqual([
      {
        action: 'webhook_endpoint.secret_rotated',
        before: null,
        after: { overlap_hours: 2, previous_secret_expires_at },
      },
      { action: 'webhook_endpoint.test_sent', before: null, after: { event: 'missed_call', ...sent } },
      { action: 'webhook_endpoint.deleted', before: SETTINGS, after: null },
    ]);
  });

  it('has no line of what changed nothing, was refused, or was not found', async () => {
    const { id } = await create();
    await patch(id, { enabled: true, description: '', event_types: ['*'] });
    expectError(await tenant.patch(`${PATH}/${id}`).send({ url: 'https://10.0.0.1/' }), 'validation_failed');
    const stranger = await api.createTenant();
    for (const action of ['rotate-secret', 'test'])
      expectError(await stranger.post(`${PATH}/${id}/${action}`), 'not_found');
    expectError(await stranger.delete(`${PATH}/${id}`), 'not_found');
    expect(await since()).toEqual([]);
    expect(await auditLog(stranger)).toEqual([]);
  });

  it('holds no secret, no header value and no query of a URL, and neither does the log', async () => {
    const { id, secret } = await create();
    await patch(id, { headers: { 'X-Auth': CREDENTIAL, 'X-Other': 'another value' }, enabled: false });
    await patch(id, { enabled: true });
    const rotated = await tenant.post(`${PATH}/${id}/rotate-secret`);
    await tenant.delete(`${PATH}/${id}`);
    const rows = await auditLog();
    expect(rows).toHaveLength(6);
    const written = [...rows.map(({ whole }) => whole), ...api.logLines].join('\n');
    const hidden = [secret, rotated.body.data.secret as string, 'whsec_', CREDENTIAL, 'another value', TOKEN];
    expect(hidden.filter((text) => written.includes(text))).toEqual([]);
  });

  it('is written with what it tells, or not at all', async () => {
    const { id } = await create();
    const rename = (from: string, to: string) =>
      api.database.query({ text: `ALTER TABLE ${from} RENAME TO ${to}`, values: [] });
    await rename('audit_log', 'audit_log_away');
    try {
      expectError(await tenant.delete(`${PATH}/${id}`), 'internal');
      expectError(await tenant.patch(`${PATH}/${id}`).send({ enabled: false }), 'internal');
      expectError(await tenant.post(`${PATH}/${id}/test`), 'internal');
    } finally {
      await rename('audit_log_away', 'audit_log');
    }
    expect((await tenant.get(`${PATH}/${id}`)).body.data.enabled).toBe(true);
    expect((await tenant.get('/api/v1/events')).body.data).toEqual([]);
  });
});
