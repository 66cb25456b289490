import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRateCounters } from '@switchboard/queue';
import { newUuid } from '@switchboard/shared';
import { expectError } from '../../testing/answers.js';
import { anEmail, PASSWORD } from '../../testing/people.js';
import { startTestApi, type TestApi } from '../../testing/test-api.js';
import { createSignInSlowDown } from './slow-down.js';

let api: TestApi;

// Counted in PostgreSQL: beside so much hashing a Redis may seem away for a moment, and limits are looser then.
beforeAll(async () => {
  api = await startTestApi({ trustProxy: 1, redisUrl: null });
});
afterAll(() => api.close());

let lastAddress = 0;
const newAddress = () => `203.0.113.${++lastAddress}`;

const signIn = (email: string, password: string, address: string) =>
  api.http.post('/settings/api/session').set('X-Forwarded-For', address).send({ email, password });

async function fail(times: number, email: () => string, address: () => string): Promise<void> {
  for (let n = 0; n < times; n++) expectError(await signIn(email(), 'wrong', address()), 'unauthorized');
}

describe('signing in', () => {
  it('is slowed for an e-mail address after 10 failures, wherever they come from, even with the right password', async () => {
    const { email } = await api.createUser();
    await fail(10, () => email, newAddress);
    const refused = await signIn(email, PASSWORD, newAddress());
    expectError(refused, 'rate_limited');
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(14 * 60);
  });

  it('is slowed for an address on the network after 50 failures, whoever they were for', async () => {
    const address = newAddress();
    await fail(50, anEmail, () => address);
    const { email } = await api.createUser();
    expectError(await signIn(email, PASSWORD, address), 'rate_limited');
    expect((await signIn(email, PASSWORD, newAddress())).status).toBe(200);
  }, 30_000);

  it('a right password wipes out nobody’s failures, not even one’s own', async () => {
    const { email } = await api.createUser();
    await fail(9, () => email, newAddress);
    for (let n = 0; n < 3; n++) expect((await signIn(email, PASSWORD, newAddress())).status).toBe(200);
    await fail(1, () => email, newAddress);
    expectError(await signIn(email, PASSWORD, newAddress()), 'rate_limited');
  });

  it('does not let many guesses through that come at once', async () => {
    const { email } = await api.createUser();
    const answers = await Promise.all(Array.from({ length: 25 }, () => signIn(email, 'wrong', newAddress())));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(10);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(15);
  });

  it('is counted over all processes together', async () => {
    const options = { redisUrl: undefined, prefix: `test-${newUuid()}`, pool: api.database.pool };
    const processes = [1, 2].map(() =>
      createSignInSlowDown(createRateCounters({ ...options, onStoreState: () => undefined })),
    );
    const email = anEmail();
    const guess = (n: number) =>
      processes[n % 2]?.guard({ email, address: newAddress() }, () => Promise.reject(new Error('wrong')));
    for (let n = 0; n < 10; n++) await expect(guess(n)).rejects.toThrow('wrong');
    for (let n = 0; n < 2; n++) await expect(guess(n)).rejects.toMatchObject({ code: 'rate_limited' });
  });
});
