import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHmac, generateKeyPairSync } from 'node:crypto';
import { expectError, withoutRequestId } from '../testing/answers.js';
import { platformToken, TEST_PLATFORM_JWT } from '../testing/platform-token.js';
import { startTestApi, type TestApi } from '../testing/test-api.js';

const rsa = generateKeyPairSync('rsa', {
  modulusLength: 2_048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

let withSecret: TestApi;
let withPublicKey: TestApi;

beforeAll(async () => {
  withSecret = await startTestApi();
  withPublicKey = await startTestApi({
    platformJwt: { ...TEST_PLATFORM_JWT, algorithm: 'RS256', verificationKey: rsa.publicKey },
  });
});
afterAll(async () => {
  await withSecret.close();
  await withPublicKey.close();
});

const ask = (api: TestApi, token: string) =>
  api.http.get('/platform/v1/tenants').set('Authorization', `Bearer ${token}`);
const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const claims = () => ({
  role: 'platform',
  iss: 'switchboard-platform',
  aud: 'switchboard',
  exp: Math.floor(Date.now() / 1_000) + 300,
});

/** A token put together by hand: what no library would sign. */
function forged(header: object, hmacKey?: string): string {
  const content = `${encoded(header)}.${encoded(claims())}`;
  return `${content}.${hmacKey === undefined ? '' : createHmac('sha256', hmacKey).update(content).digest('base64url')}`;
}

describe('a platform token', () => {
  it('is taken where it is signed with the secret and has issuer, audience, end and role', async () => {
    expect((await ask(withSecret, platformToken())).status).toBe(200);
  });

  it('is taken where it is signed with the private key of the configured public one', async () => {
    const token = platformToken({ key: rsa.privateKey, signing: { algorithm: 'RS256' } });
    expect((await ask(withPublicKey, token)).status).toBe(200);
    expectError(await ask(withSecret, token), 'unauthorized');
  });

  it.each([
    ['unsigned', () => forged({ alg: 'none', typ: 'JWT' })],
    ['unsigned, in other letters', () => forged({ alg: 'NoNe' })],
    ['signed with another algorithm of the same secret', () => platformToken({ signing: { algorithm: 'HS512' } })],
    ['signed with another secret', () => platformToken({ key: 'another secret of at least 32 characters' })],
    ['from another issuer', () => platformToken({ signing: { issuer: 'somebody' } })],
    ['for another audience', () => platformToken({ signing: { audience: 'another-service' } })],
    ['expired', () => platformToken({ signing: { expiresIn: -10 } })],
    ['not valid yet', () => platformToken({ signing: { notBefore: 60 } })],
    ['without a signature', () => platformToken().replace(/[^.]+$/, '')],
    [
      'with claims changed after signing',
      () => platformToken().replace(/\.[^.]+\./, `.${encoded({ ...claims(), sub: 'root' })}.`),
    ],
    ['no JWT', () => 'platform'],
    ['two dots', () => '..'],
  ])('is answered 401 where it is %s', async (_what, token) => {
    const answer = await ask(withSecret, token());
    expectError(answer, 'unauthorized');
    expect(answer.headers['www-authenticate']).toBe('Bearer');
    const without = await withSecret.http.get('/platform/v1/tenants');
    expect(withoutRequestId(answer.text)).toBe(withoutRequestId(without.text));
  });

  it('is answered 401 where it never ends', async () => {
    const { exp: _none, ...endless } = claims();
    const content = `${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded(endless)}`;
    const signature = createHmac('sha256', TEST_PLATFORM_JWT.verificationKey).update(content).digest('base64url');
    expectError(await ask(withSecret, `${content}.${signature}`), 'unauthorized');
  });

  it('is answered 401 where the public key was used as if it were a shared secret', async () => {
    expectError(await ask(withPublicKey, forged({ alg: 'HS256', typ: 'JWT' }, rsa.publicKey)), 'unauthorized');
    expectError(await ask(withPublicKey, forged({ alg: 'HS256', typ: 'JWT' }, rsa.publicKey.trim())), 'unauthorized');
    expectError(await ask(withPublicKey, forged({ alg: 'none' })), 'unauthorized');
  });

  it('is answered 401 where it brings a key of its own', async () => {
    const jwk = { kty: 'oct', k: Buffer.from('mine').toString('base64url') };
    expectError(await ask(withSecret, forged({ alg: 'HS256', jwk, kid: '../../dev/null' }, 'mine')), 'unauthorized');
  });

  it('is answered 401 where it is signed by another private key', async () => {
    const other = generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey;
    const token = platformToken({ key: other, signing: { algorithm: 'RS256' } });
    expectError(await ask(withPublicKey, token), 'unauthorized');
  });

  it.each([undefined, 'tenant', 'Platform', ['platform'], null])(
    'is answered 403 where its role is %j',
    async (role) => {
      expectError(await ask(withSecret, platformToken({ claims: { role } })), 'forbidden');
    },
  );

  it('is taken from the Authorization header alone', async () => {
    const token = platformToken();
    expectError(await withSecret.http.get('/platform/v1/tenants').set('X-API-Key', token), 'unauthorized');
    expectError(await withSecret.http.get(`/platform/v1/tenants?api_key=${token}`), 'unauthorized');
  });

  it('opens nothing of a tenant’s API', async () => {
    expectError(
      await withSecret.http.get('/api/v1/events').set('Authorization', `Bearer ${platformToken()}`),
      'unauthorized',
    );
  });
});
