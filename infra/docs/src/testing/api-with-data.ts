import { createTestDatabase } from '@switchboard/db/testing';
import { createApiClient, expectStatus } from '@switchboard/local/demo/api-client';
import { startServiceProcess } from '@switchboard/local/servers/service-process';
import { anyFreePort } from '@switchboard/local/stack/ports';
import { API_ENTRY } from '@switchboard/local/stack/product';
import { newUuid, WEEKDAYS } from '@switchboard/shared';
import jsonwebtoken from 'jsonwebtoken';

const SECRET = 'the platform secret of the guide’s test, 32 characters and more';

/** A running API with one business in it: what an integrator has who begins to read. */
export interface ApiWithData {
  url: string;
  key: string;
  stop(): Promise<void>;
}

export async function startApiWithData(): Promise<ApiWithData> {
  const database = await createTestDatabase();
  const port = await anyFreePort();
  const url = `http://127.0.0.1:${port}`;
  const env = {
    PATH: process.env.PATH,
    NODE_ENV: 'test',
    API_HOST: '127.0.0.1',
    API_PORT: String(port),
    DATABASE_URL: database.url,
    REDIS_URL: process.env.SWITCHBOARD_TEST_REDIS_URL ?? '',
    QUEUE_PREFIX: `g-${newUuid()}`,
    ENCRYPTION_KEYS: `t1:${Buffer.alloc(32, 7).toString('base64')}`,
    PLATFORM_JWT_SECRET: SECRET,
  };
  const service = startServiceProcess({ name: 'The API', entry: API_ENTRY, env });
  const stop = async () => {
    await service.stop();
    await database.drop();
  };
  try {
    await service.waitForReady(`${url}/readyz`);
    return { url, key: await openBusiness(url), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What the platform's own systems do for a customer. @returns an API key */
async function openBusiness(url: string): Promise<string> {
  const token = jsonwebtoken.sign({ role: 'platform' }, SECRET, {
    algorithm: 'HS256',
    issuer: 'switchboard-platform',
    audience: 'switchboard',
    expiresIn: '5m',
  });
  const platform = createApiClient(url, token);
  const create = async <T>(what: string, body: object) =>
    expectStatus(await platform.request<T & { id: string }>('POST', `/platform/v1/${what}`, body), 201, `POST ${what}`);
  const { id: tenant_id } = await create('tenants', { name: 'Studio', plan: 'pro' });
  const service = await create('services', { tenant_id, name: 'Consultation', duration_minutes: 30 });
  const working_hours = WEEKDAYS.map((weekday) => ({ weekday, from: '09:00', to: '17:00' }));
  await create('staff', { tenant_id, name: 'Dana', working_hours, service_ids: [service.id] });
  await create('calls', {
    tenant_id,
    direction: 'inbound',
    from_number: '+14155552671',
    to_number: '+14155552672',
  });
  return (await create<{ key: string }>('keys', { tenant_id, name: 'The guide' })).key;
}
