import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newUuid, toPublicId } from '@switchboard/shared';
import { expectData, expectError, expectInvalid } from '../../testing/answers.js';
import type { Tenant } from '../../testing/actors.js';
import { uuidOf } from '../../testing/deliveries.js';
import { startTestApi, TEST_KEYRING, type TestApi } from '../../testing/test-api.js';
import { createdEndpointSchema } from './schemas.js';

let api: TestApi;
let tenant: Tenant;

beforeAll(async () => {
  api = await startTestApi();
  tenant = await api.createTenant();
});
afterAll(() => api.close());

const PATH = '/api/v1/webhook-endpoints';
const pathOf = (id: string) => `${PATH}/${id}/rotate-secret`;
const missing = () => pathOf(toPublicId('endpoint', newUuid()));

async function create(): Promise<{ id: string; secret: string }> {
  const body = { url: 'https://receiver.example/', event_types: ['*'] };
  return expectData(await tenant.post(PATH).send(body), 201, createdEndpointSchema);
}

async function rotate(id: string, body?: object) {
  const sent = body ? tenant.post(pathOf(id)).send(body) : tenant.post(pathOf(id));
  return expectData(await sent, 200, createdEndpointSchema.strict());
}

/** The secrets as a worker reads them, and how long the previous one is kept, by the database's clock. */
async function secretsOf(id: string) {
  const uuid = uuidOf('endpoint', id);
  const [row] = await api.database.query<{ present: Buffer; previous: Buffer | null; overlap_hours: number | null }>({
    text: `SELECT secret_sealed AS present, previous_secret_sealed AS previous,
        (extract(epoch FROM previous_secret_expires_at - updated_at) / 3600)::float8 AS overlap_hours
      FROM webhook_endpoints WHERE id = $1`,
    values: [uuid],
  });
  if (!row) throw new Error('There is no such endpoint.');
  const { present, previous, overlap_hours } = row;
  return {
    present: TEST_KEYRING.decrypt(present, uuid),
    previous: previous && TEST_KEYRING.decrypt(previous, uuid),
    overlap_hours,
  };
}

describe('POST /api/v1/webhook-endpoints/{id}/rotate-secret', () => {
  it('200: shows a new secret once; the old one signs beside it for 24 hours', async () => {
    const { id, secret: old } = await create();
    const { secret, ...endpoint } = await rotate(id);
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(secret).not.toBe(old);
    expect(await secretsOf(id)).toEqual({ present: secret, previous: old, overlap_hours: 24 });
    expect(Date.parse(endpoint.previous_secret_expires_at ?? '') - Date.parse(endpoint.updated_at)).toBe(
      24 * 3_600_000,
    );
    const shown = await tenant.get(`${PATH}/${id}`);
    expect(shown.body.data).toEqual(endpoint);
    expect(shown.text).not.toContain('whsec_');
  });

  it.each([1, 168])('200: the overlap may be %d hours', async (overlap_hours) => {
    const { id, secret: old } = await create();
    const { secret } = await rotate(id, { overlap_hours });
    expect(await secretsOf(id)).toEqual({ present: secret, previous: old, overlap_hours });
  });

  it('200: with an overlap of 0 the old secret ends at once', async () => {
    const { id } = await create();
    const { secret, previous_secret_expires_at } = await rotate(id, { overlap_hours: 0 });
    expect(previous_secret_expires_at).toBeNull();
    expect(await secretsOf(id)).toEqual({ present: secret, previous: null, overlap_hours: null });
  });

  it('200: within an overlap the secret that was replaced last is the previous one, and the one before ends', async () => {
    const { id, secret: first } = await create();
    const { secret: second } = await rotate(id, { overlap_hours: 168 });
    const { secret: third } = await rotate(id, { overlap_hours: 1 });
    expect(await secretsOf(id)).toEqual({ present: third, previous: second, overlap_hours: 1 });
    const { secret: fourth } = await rotate(id, { overlap_hours: 0 });
    expect(await secretsOf(id)).toEqual({ present: fourth, previous: null, overlap_hours: null });
    expect(new Set([first, second, third, fourth]).size).toBe(4);
  });

  it('200: once the overlap has ended no previous secret is shown', async () => {
    const { id } = await create();
    await rotate(id);
    await api.database.query({
      text: 'UPDATE webhook_endpoints SET previous_secret_expires_at = now() WHERE id = $1',
      values: [uuidOf('endpoint', id)],
    });
    expect((await tenant.get(`${PATH}/${id}`)).body.data.previous_secret_expires_at).toBeNull();
    const { data } = (await tenant.get(`${PATH}?per_page=100`)).body as { data: { id: string }[] };
    expect(data.find((endpoint) => endpoint.id === id)).toMatchObject({ previous_secret_expires_at: null });
  });

  it('200: under an Idempotency-Key it is rotated once, and the same secret is answered again', async () => {
    const { id, secret: old } = await create();
    const key = newUuid();
    const send = () => tenant.post(pathOf(id)).set('Idempotency-Key', key).send({ overlap_hours: 2 });
    const [first, again] = [await send(), await send()];
    expect([again.status, again.text]).toEqual([200, first.text]);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(await secretsOf(id)).toEqual({ present: first.body.data.secret, previous: old, overlap_hours: 2 });
  });

  it('200: two at once are one after the other: the first one’s secret is the second one’s previous', async () => {
    const { id } = await create();
    const made = (await Promise.all([rotate(id), rotate(id)])).map(({ secret }) => secret);
    const { present, previous } = await secretsOf(id);
    expect([present, previous].sort()).toEqual(made.sort());
  });

  it('401: answers nobody without a key', async () => {
    expectError(await api.http.post(missing()), 'unauthorized');
  });

  it('403: a key that may only look rotates nothing', async () => {
    const { id, secret } = await create();
    const reader = await api.createKey(tenant, { scopes: ['webhooks:read'] });
    expectError(await reader.post(pathOf(id)), 'insufficient_scope');
    expect(await secretsOf(id)).toEqual({ present: secret, previous: null, overlap_hours: null });
  });

  it('404: there is no such endpoint, it is deleted, or it is another tenant’s', async () => {
    const { id, secret } = await create();
    expectError(await tenant.post(missing()), 'not_found');
    expectError(await (await api.createTenant()).post(pathOf(id)), 'not_found');
    await tenant.delete(`${PATH}/${id}`);
    expectError(await tenant.post(pathOf(id)), 'not_found');
    expect(await secretsOf(id)).toMatchObject({ present: secret });
  });

  it.each([
    ['less than no overlap', { overlap_hours: -1 }, 'overlap_hours'],
    ['more than 7 days', { overlap_hours: 169 }, 'overlap_hours'],
    ['half an hour', { overlap_hours: 0.5 }, 'overlap_hours'],
    ['null', { overlap_hours: null }, 'overlap_hours'],
    ['a secret of the caller’s choice', { secret: 'whsec_x' }, 'secret'],
  ])('422: refuses %s, and changes nothing', async (_what, body, path) => {
    const { id, secret } = await create();
    expectInvalid(await tenant.post(pathOf(id)).send(body), path);
    expect(await secretsOf(id)).toEqual({ present: secret, previous: null, overlap_hours: null });
  });
});
