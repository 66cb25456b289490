import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Tenant } from '../testing/actors.js';
import { expectError } from '../testing/answers.js';
import { cookiesOf, PASSWORD, type Person } from '../testing/people.js';
import { startTestApi, type TestApi } from '../testing/test-api.js';

let api: TestApi;
let tenant: Tenant;
let person: Person;
let another: Person;

beforeAll(async () => {
  api = await startTestApi({ publicUrl: 'https://api.kaivox.example' });
  tenant = await api.createTenant();
  person = await api.signIn(tenant, 'owner');
  another = await api.signIn(tenant, 'owner');
});
afterAll(() => api.close());

const endpoint = { url: 'https://receiver.example/', event_types: ['*'] };
const create = () => person.post('/settings/api/webhooks').send(endpoint);

describe('what changes something', () => {
  it('passes with the session’s CSRF token', async () => {
    expect((await create()).status).toBe(201);
  });

  it('is refused without it, with a wrong one, and with that of another session', async () => {
    for (const token of ['', 'wrong', another.csrfToken]) {
      expectError(await create().set('X-CSRF-Token', token), 'forbidden');
    }
  });

  it('is refused without it for every operation behind the door', async () => {
    const changing = api.portalRoutes.filter(({ method }) => method !== 'get');
    expect(changing.length).toBeGreaterThan(10);
    for (const { method, path } of changing) {
      const answer = await person[method](path.replaceAll(/\{\w+\}/g, 'x')).set('X-CSRF-Token', '');
      expect({ method, path, message: expectError(answer, 'forbidden').message }).toMatchObject({
        message: expect.stringContaining('X-CSRF-Token'),
      });
    }
  });

  it('is refused from another site’s page, though the browser sent everything', async () => {
    expectError(await create().set('Origin', 'https://evil.example'), 'forbidden');
    expectError(await create().set('Origin', 'null'), 'forbidden');
    for (const site of ['cross-site', 'same-site'])
      expectError(await create().set('Sec-Fetch-Site', site), 'forbidden');
  });

  it('passes from the public address, and from the address that the request itself names', async () => {
    for (const origin of ['https://api.kaivox.example', `http://127.0.0.1:${api.port}`]) {
      expect((await create().set('Origin', origin).set('Sec-Fetch-Site', 'same-origin')).status).toBe(201);
    }
  });
});

describe('signing in', () => {
  it('is refused from another site’s page too: nobody is signed in to somebody else’s account', async () => {
    const signIn = () => api.http.post('/settings/api/session').send({ email: person.email, password: PASSWORD });
    const refused = await signIn().set('Origin', 'https://evil.example');
    expectError(refused, 'forbidden');
    expect(cookiesOf(refused)).toEqual([]);
    expect((await signIn().set('Origin', 'https://api.kaivox.example')).status).toBe(200);
  });

  it.each(['session/refresh', 'session/open-link', 'invitations/accept'])('so is %s', async (path) => {
    expectError(await person.post(`/settings/api/${path}`).set('Origin', 'https://evil.example'), 'forbidden');
  });
});

describe('an installation whose public address is https', () => {
  it('sets Secure cookies whatever its proxy says', async () => {
    const answer = await api.http.post('/settings/api/session').send({ email: person.email, password: PASSWORD });
    expect(cookiesOf(answer).map(({ secure }) => secure)).toEqual([true, true]);
  });
});
