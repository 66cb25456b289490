import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fromPublicId } from '@switchboard/shared';
import { expectData } from '../../testing/answers.js';
import type { Tenant } from '../../testing/actors.js';
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
const CREDENTIAL = 'Basic c2VjcmV0LW9mLXRoZS1yZWNlaXZlcg==';

async function create() {
  const body = { url: 'https://receiver.example/', event_types: ['*'], headers: { 'X-Receiver-Auth': CREDENTIAL } };
  const endpoint = expectData(await tenant.post(PATH).send(body), 201, createdEndpointSchema);
  return { ...endpoint, uuid: fromPublicId('endpoint', endpoint.id) as string };
}

async function rowOf(uuid: string) {
  const text = 'SELECT secret_sealed, headers_sealed, w::text AS whole FROM webhook_endpoints w WHERE id = $1';
  const [row] = await api.database.query<{ secret_sealed: Buffer; headers_sealed: Buffer; whole: string }>({
    text,
    values: [uuid],
  });
  return row as NonNullable<typeof row>;
}

describe('an endpoint’s secret and custom headers (invariant 10)', () => {
  it('the secret is in the answer to the creation and in no other', async () => {
    const { id, secret } = await create();
    const answers = [
      await tenant.get(`${PATH}/${id}`),
      await tenant.get(PATH),
      await tenant.patch(`${PATH}/${id}`).send({ description: 'changed' }),
      await tenant.delete(`${PATH}/${id}`),
    ];
    for (const answer of answers) {
      expect(answer.status).toBe(200);
      expect(answer.text).not.toContain(secret);
      expect(answer.text).not.toContain('"secret"');
    }
  });

  it('the values of custom headers are in no answer, their names are', async () => {
    const { id, headers } = await create();
    expect(headers).toEqual({ 'X-Receiver-Auth': '********' });
    const answers = [
      await tenant.get(`${PATH}/${id}`),
      await tenant.get(PATH),
      await tenant.patch(`${PATH}/${id}`).send({ enabled: true }),
    ];
    for (const answer of answers) {
      expect(answer.text).toContain('X-Receiver-Auth');
      expect(answer.text).not.toContain(CREDENTIAL);
    }
  });

  it('both are encrypted in the row, and the keyring opens them', async () => {
    const { uuid, secret } = await create();
    const { secret_sealed, headers_sealed, whole } = await rowOf(uuid);
    for (const hidden of [secret, secret.slice('whsec_'.length), CREDENTIAL]) {
      expect(whole).not.toContain(hidden);
      expect(whole).not.toContain(Buffer.from(hidden).toString('hex'));
    }
    expect(TEST_KEYRING.decrypt(secret_sealed, uuid)).toBe(secret);
    expect(JSON.parse(TEST_KEYRING.decrypt(headers_sealed, uuid))).toEqual({ 'X-Receiver-Auth': CREDENTIAL });
  });

  it('what was moved to another row does not open there', async () => {
    const [one, other] = [await create(), await create()];
    const { secret_sealed } = await rowOf(one.uuid);
    expect(() => TEST_KEYRING.decrypt(secret_sealed, other.uuid)).toThrow();
  });

  it('changing the headers seals the new ones and leaves the secret', async () => {
    const { id, uuid, secret } = await create();
    await tenant.patch(`${PATH}/${id}`).send({ headers: { 'X-Other': 'new value' } });
    const { secret_sealed, headers_sealed, whole } = await rowOf(uuid);
    expect(whole).not.toContain('new value');
    expect(JSON.parse(TEST_KEYRING.decrypt(headers_sealed, uuid))).toEqual({ 'X-Other': 'new value' });
    expect(TEST_KEYRING.decrypt(secret_sealed, uuid)).toBe(secret);
  });
});
