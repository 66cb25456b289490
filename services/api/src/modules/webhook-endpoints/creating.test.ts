import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createAddressPolicy } from '@switchboard/shared';
import { expectData, expectError, expectInvalid } from '../../testing/answers.js';
import type { Tenant } from '../../testing/actors.js';
import { startTestApi, type TestApi } from '../../testing/test-api.js';
import { createdEndpointSchema } from './schemas.js';

let api: TestApi;
let tenant: Tenant;

beforeAll(async () => {
  api = await startTestApi();
  tenant = await api.createTenant();
});
afterAll(() => api.close());

const endpoint = { url: 'https://receiver.example/hooks', event_types: ['appointment.*'] };
const create = (body: object, caller = tenant) => caller.post('/api/v1/webhook-endpoints').send(body);

describe('POST /api/v1/webhook-endpoints', () => {
  it('201: subscribes a URL, enabled and with the platform’s defaults', async () => {
    const data = expectData(await create(endpoint), 201, createdEndpointSchema.strict());
    expect(data).toMatchObject({
      ...endpoint,
      description: '',
      enabled: true,
      disabled_reason: null,
      disabled_at: null,
      headers: {},
      max_attempts: null,
      timeout_ms: null,
      max_in_flight: null,
      rate_limit_per_second: null,
      ordering: 'none',
      previous_secret_expires_at: null,
    });
    expect(data.secret).toMatch(/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/);
  });

  it('201: takes description, policy and custom headers', async () => {
    const given = {
      description: 'CRM',
      enabled: false,
      max_attempts: 20,
      timeout_ms: 30_000,
      max_in_flight: 100,
      rate_limit_per_second: 1_000,
      ordering: 'fifo',
      headers: { 'X-Team': 'blue' },
    };
    const data = expectData(await create({ ...endpoint, ...given }), 201, createdEndpointSchema.strict());
    expect(data).toMatchObject({ ...given, headers: { 'X-Team': '********' } });
  });

  it.each([[['appointment.created', 'invoice.payment.failed']], [['appointment.*', 'call.recording.*']], [['*']]])(
    '201: subscribes to exact names, resources and everything: %j',
    async (event_types) => {
      expect(expectData(await create({ ...endpoint, event_types }), 201, createdEndpointSchema).event_types).toEqual(
        event_types,
      );
    },
  );

  it('201: keeps a subscription given twice once', async () => {
    const data = expectData(await create({ ...endpoint, event_types: ['*', '*'] }), 201, createdEndpointSchema);
    expect(data.event_types).toEqual(['*']);
  });

  it('201: two endpoints may have the same URL, and have two secrets', async () => {
    const [one, other] = await Promise.all([create(endpoint), create(endpoint)]);
    expect(one.body.data.secret).not.toBe(other.body.data.secret);
  });

  it('401: answers nobody without a key', async () => {
    expectError(await api.http.post('/api/v1/webhook-endpoints').send(endpoint), 'unauthorized');
  });

  it('403: a key that may only look at webhooks creates none', async () => {
    expectError(
      await create(endpoint, await api.createKey(tenant, { scopes: ['webhooks:read'] })),
      'insufficient_scope',
    );
  });

  it.each([
    ['no subscription', { event_types: [] }, 'event_types'],
    ['a star inside a name', { event_types: ['appoint*'] }, 'event_types.0'],
    ['a name in capitals', { event_types: ['*', 'Appointment.Created'] }, 'event_types.1'],
    ['101 subscriptions', { event_types: Array.from({ length: 101 }, (_, i) => `a.b${i}`) }, 'event_types'],
    ['no attempt', { max_attempts: 0 }, 'max_attempts'],
    ['21 attempts', { max_attempts: 21 }, 'max_attempts'],
    ['half an attempt', { max_attempts: 1.5 }, 'max_attempts'],
    ['a timeout of less than a second', { timeout_ms: 999 }, 'timeout_ms'],
    ['a timeout of more than 30 seconds', { timeout_ms: 30_001 }, 'timeout_ms'],
    ['nothing in flight', { max_in_flight: 0 }, 'max_in_flight'],
    ['101 in flight', { max_in_flight: 101 }, 'max_in_flight'],
    ['a rate of nothing', { rate_limit_per_second: 0 }, 'rate_limit_per_second'],
    ['a rate of 1,001 a second', { rate_limit_per_second: 1_001 }, 'rate_limit_per_second'],
    ['half a delivery a second', { rate_limit_per_second: 0.5 }, 'rate_limit_per_second'],
    ['an unknown ordering', { ordering: 'lifo' }, 'ordering'],
    ['a description of more than 500 characters', { description: 'x'.repeat(501) }, 'description'],
    ['a text for a flag', { enabled: 'true' }, 'enabled'],
    ['a header that is no text', { headers: { 'X-A': 1 } }, 'headers.X-A'],
    ['a secret of the caller’s choice', { secret: 'whsec_x' }, 'secret'],
  ])('422: refuses %s and names the field', async (_what, change, path) => {
    expectInvalid(await create({ ...endpoint, ...change }), path);
  });

  it('422: needs a URL and subscriptions', async () => {
    expectInvalid(await create({}), 'url', 'event_types');
  });
});

describe('the URL of an endpoint', () => {
  it.each([
    ['no URL', 'receiver.example/hooks'],
    ['nothing', ''],
    ['plain http', 'http://receiver.example/hooks'],
    ['another protocol', 'ftp://receiver.example/hooks'],
    ['a script', 'javascript:alert(1)'],
    ['a file', 'file:///etc/passwd'],
    ['credentials', 'https://user:password@receiver.example/'],
    ['more than 2,048 characters', `https://receiver.example/${'x'.repeat(2_048)}`],
    ['a loopback address', 'https://127.0.0.1/hooks'],
    ['a loopback address as one number', 'https://2130706433/'],
    ['a loopback address in hexadecimal', 'https://0x7f.1/'],
    ['a loopback address of IPv6', 'https://[::1]/'],
    ['a loopback address inside an IPv6 address', 'https://[::ffff:127.0.0.1]/'],
    ['a private network', 'https://10.1.2.3/'],
    ['a link-local address (cloud metadata)', 'https://169.254.169.254/latest/meta-data'],
    ['an unspecified address', 'https://0.0.0.0/'],
  ])('422: is refused where it is %s', async (_what, url) => {
    const { details } = expectInvalid(await create({ ...endpoint, url }), 'url');
    expect(details[0]?.message).toMatch(/\S{3,}/);
  });

  it('may be private and plain http where the configuration says so', async () => {
    const addresses = createAddressPolicy({ allowedPrivateNetworks: ['127.0.0.0/8'] });
    const local = await startTestApi({ allowHttp: true, addresses });
    try {
      const developer = await local.createTenant();
      expectData(
        await create({ ...endpoint, url: 'http://127.0.0.1:4000/hooks' }, developer),
        201,
        createdEndpointSchema,
      );
      expectInvalid(await create({ ...endpoint, url: 'http://10.1.2.3/' }, developer), 'url');
    } finally {
      await local.close();
    }
  });
});

describe('the custom headers of an endpoint', () => {
  it.each([
    ['the signature', { 'X-Switchboard-Signature': 'sha256=00' }],
    ['the standard headers', { 'webhook-id': 'evt_1' }],
    ['where the request goes', { Host: 'internal.example' }],
    ['how long the body is', { 'Content-Length': '0' }],
    ['a second header in the value', { 'X-Team': 'blue\r\nX-Admin: yes' }],
    ['a second header in the name', { 'X-Team: blue\r\nX-Admin': 'yes' }],
  ])('422: cannot forge %s', async (_what, headers) => {
    const error = expectError(await create({ ...endpoint, headers }), 'validation_failed');
    expect(error.details).not.toHaveLength(0);
    expect(error.details.every(({ path }) => path.startsWith('headers'))).toBe(true);
  });
});
