import { describe, expect, it } from '@jest/globals';
import type { DeliveryToAttempt } from '@switchboard/db';
import { generateWebhookSecret, newUuid, simpleSignature, toPublicId } from '@switchboard/shared';
import { Webhook } from 'standardwebhooks';
import { testKeyring } from '../testing/endpoints.js';
import { buildRequest, type RequestDeps } from './request.js';

const deps: RequestDeps = {
  keyring: testKeyring,
  brand: 'Switchboard',
  userAgent: 'Switchboard-Webhooks/1.0',
  defaultTimeoutMs: 10_000,
};

function aDelivery(
  secret: string,
  fields: Partial<DeliveryToAttempt> & { headers?: Record<string, string>; previousSecret?: string } = {},
): DeliveryToAttempt {
  const { headers, previousSecret, ...rest } = fields;
  const endpointId = newUuid();
  return {
    delivery_id: newUuid(),
    event_id: newUuid(),
    endpoint_id: endpointId,
    tenant_id: newUuid(),
    status: 'pending',
    claimed_until: null,
    due_in_ms: 0,
    attempt_count: 0,
    event_type: 'appointment.created',
    event_created_at: new Date('2026-11-20T09:30:00.125Z'),
    data_json: '{"name":"Zoë","n":1.0, "deep":{"b":[1,2]}}',
    request_id: 'req-1',
    url: 'https://example.test/hook?token=hush',
    endpoint_enabled: true,
    endpoint_deleted: false,
    secret_sealed: testKeyring.encrypt(secret, endpointId),
    headers_sealed: headers ? testKeyring.encrypt(JSON.stringify(headers), endpointId) : null,
    max_attempts: null,
    timeout_ms: null,
    previous_secret_sealed: previousSecret ? testKeyring.encrypt(previousSecret, endpointId) : null,
    max_in_flight: null,
    failing_since: null,
    run_trigger: 'automatic',
    attempts_before_run: 0,
    held_by: null,
    is_paused: false,
    database_time: new Date(),
    ...rest,
  };
}

describe('the request of an attempt', () => {
  it('is verified by the published standardwebhooks package', () => {
    const secret = generateWebhookSecret();
    const { headers, body } = buildRequest(deps, aDelivery(secret), 1);
    const verified = new Webhook(secret).verify(body.toString('utf8'), headers);
    expect(verified).toMatchObject({ event: 'appointment.created', data: { name: 'Zoë', deep: { b: [1, 2] } } });
  });

  it('is refused by it after one changed byte, or with another secret', () => {
    const secret = generateWebhookSecret();
    const { headers, body } = buildRequest(deps, aDelivery(secret), 1);
    expect(() => new Webhook(secret).verify(body.toString('utf8').replace('1.0', '1.1'), headers)).toThrow();
    expect(() => new Webhook(generateWebhookSecret()).verify(body.toString('utf8'), headers)).toThrow();
  });

  it('carries the simple signature over the body too', () => {
    const secret = generateWebhookSecret();
    const { headers, body } = buildRequest(deps, aDelivery(secret), 1);
    expect(headers['X-Switchboard-Signature']).toBe(simpleSignature(secret, body));
  });

  it('holds the data to the byte as it was committed, in the envelope of the wire contract', () => {
    const delivery = aDelivery(generateWebhookSecret());
    expect(buildRequest(deps, delivery, 1).body.toString('utf8')).toBe(
      `{"event":"appointment.created","event_id":"${toPublicId('event', delivery.event_id)}",` +
        `"tenant_id":"${toPublicId('tenant', delivery.tenant_id)}","created_at":"2026-11-20T09:30:00.125Z","data":${delivery.data_json}}`,
    );
  });

  it('has the same body on every attempt and a signature made afresh', () => {
    const delivery = aDelivery(generateWebhookSecret());
    const first = buildRequest(deps, delivery, 1);
    const later = buildRequest(
      deps,
      { ...delivery, attempt_count: 1, database_time: new Date(Date.now() + 60_000) },
      2,
    );
    expect(later.body.equals(first.body)).toBe(true);
    expect(later.headers['webhook-id']).toBe(first.headers['webhook-id']);
    expect(later.headers['webhook-timestamp']).not.toBe(first.headers['webhook-timestamp']);
    expect(later.headers['webhook-signature']).not.toBe(first.headers['webhook-signature']);
    expect([first, later].map((request) => request.headers['X-Switchboard-Attempt'])).toEqual(['1', '2']);
  });

  it('is stamped by the database’s clock, in whole seconds', () => {
    const delivery = aDelivery(generateWebhookSecret(), { database_time: new Date('2026-11-20T10:00:00.100Z') });
    const stamped = (loadedAtMs?: number) => buildRequest(deps, delivery, 1, loadedAtMs).headers['webhook-timestamp'];
    expect(stamped()).toBe(String(Date.parse('2026-11-20T10:00:00Z') / 1_000));
    // What has waited for its turn since it was read is as fresh as any.
    expect(stamped(performance.now() - 30_000)).toBe(String(Date.parse('2026-11-20T10:00:30Z') / 1_000));
  });

  it('names its headers after the brand', () => {
    const delivery = aDelivery(generateWebhookSecret());
    const { headers } = buildRequest({ ...deps, brand: 'KaiVox' }, delivery, 3);
    expect(headers).toMatchObject({
      'X-KaiVox-Event': 'appointment.created',
      'X-KaiVox-Delivery': toPublicId('delivery', delivery.delivery_id),
      'X-KaiVox-Attempt': '3',
      'webhook-id': toPublicId('event', delivery.event_id),
    });
    expect(Object.keys(headers).some((name) => name.includes('Switchboard'))).toBe(false);
  });

  it('sends the endpoint’s own headers and masks them in what is logged', () => {
    const delivery = aDelivery(generateWebhookSecret(), {
      headers: { Authorization: 'Bearer hush', 'X-Tenant': 'also-hush' },
    });
    const { headers, loggedHeaders } = buildRequest(deps, delivery, 1);
    expect(headers).toMatchObject({ Authorization: 'Bearer hush', 'X-Tenant': 'also-hush' });
    expect(loggedHeaders).toEqual({ ...headers, Authorization: '********', 'X-Tenant': '********' });
    expect(JSON.stringify(loggedHeaders)).not.toContain('hush');
  });

  it('logs the headers otherwise as they are sent', () => {
    const { headers, loggedHeaders } = buildRequest(deps, aDelivery(generateWebhookSecret()), 1);
    expect(loggedHeaders).toEqual(headers);
  });

  it.each([(name: string) => name, (name: string) => name.toLowerCase(), (name: string) => name.toUpperCase()])(
    'lets no custom header of an old row take the place of one of ours, in whatever case',
    (cased) => {
      const { headers: ours } = buildRequest(deps, aDelivery(generateWebhookSecret()), 1);
      const forged = Object.fromEntries(Object.keys(ours).map((name) => [cased(name), 'forged']));
      const { headers, loggedHeaders } = buildRequest(deps, aDelivery(generateWebhookSecret(), { headers: forged }), 1);
      expect(Object.keys(headers)).toEqual(Object.keys(ours));
      expect(JSON.stringify([headers, loggedHeaders])).not.toMatch(/forged|\*/);
    },
  );

  it('leaves out what the rule for custom headers refuses, whatever an old row holds', () => {
    const old = {
      ...{ Host: 'internal', 'content-LENGTH': '0', 'Transfer-Encoding': 'chunked', Connection: 'close' },
      ...{ 'X-Split': 'a\r\nX-Admin: 1', 'X-Nul': 'a\0b', 'X Space': 'a', 'X-Same': 'first', 'x-same': 'second' },
      'X-Good': 'good',
    };
    const { headers } = buildRequest(deps, aDelivery(generateWebhookSecret(), { headers: old }), 1);
    const { headers: ours } = buildRequest(deps, aDelivery(generateWebhookSecret()), 1);
    expect(Object.keys(headers).sort()).toEqual([...Object.keys(ours), 'X-Good', 'X-Same'].sort());
    expect(headers).toMatchObject({ 'X-Good': 'good', 'X-Same': 'first' });
  });

  it('has the endpoint’s own timeout where it has one, else the default', () => {
    const secret = generateWebhookSecret();
    expect(buildRequest(deps, aDelivery(secret), 1).timeoutMs).toBe(10_000);
    expect(buildRequest(deps, aDelivery(secret, { timeout_ms: 2_500 }), 1).timeoutMs).toBe(2_500);
  });
});

describe('the request of an attempt while a rotation of the secret overlaps', () => {
  const secret = generateWebhookSecret();
  const previousSecret = generateWebhookSecret();
  const { headers, body } = buildRequest(deps, aDelivery(secret, { previousSecret }), 1);
  const verify = (withSecret: string, given = headers) => new Webhook(withSecret).verify(body.toString('utf8'), given);

  it('is verified by the published standardwebhooks package with either secret, and with no other', () => {
    expect(verify(secret)).toMatchObject({ event: 'appointment.created' });
    expect(verify(previousSecret)).toMatchObject({ event: 'appointment.created' });
    expect(() => verify(generateWebhookSecret())).toThrow();
  });

  it('holds two signatures, the new secret’s first', () => {
    const signatures = headers['webhook-signature']?.split(' ') ?? [];
    expect(signatures).toEqual([expect.stringMatching(/^v1,/), expect.stringMatching(/^v1,/)]);
    const [first = '', second = ''] = signatures;
    expect(() => verify(secret, { ...headers, 'webhook-signature': first })).not.toThrow();
    expect(() => verify(previousSecret, { ...headers, 'webhook-signature': first })).toThrow();
    expect(() => verify(previousSecret, { ...headers, 'webhook-signature': second })).not.toThrow();
  });

  it('carries the simple signature of the old secret, which has room for one', () => {
    expect(headers['X-Switchboard-Signature']).toBe(simpleSignature(previousSecret, body));
  });

  it('is signed with the new one alone once the old one is gone', () => {
    const after = buildRequest(deps, aDelivery(secret), 1);
    expect(after.headers['webhook-signature']).not.toContain(' ');
    expect(after.headers['X-Switchboard-Signature']).toBe(simpleSignature(secret, after.body));
    expect(() => new Webhook(previousSecret).verify(after.body.toString('utf8'), after.headers)).toThrow();
  });

  it('logs neither secret', () => {
    const { loggedHeaders } = buildRequest(deps, aDelivery(secret, { previousSecret }), 1);
    for (const each of [secret, previousSecret]) expect(JSON.stringify(loggedHeaders)).not.toContain(each);
  });
});
