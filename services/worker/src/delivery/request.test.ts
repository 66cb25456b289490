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
  fields: Partial<DeliveryToAttempt> & { headers?: Record<string, string> } = {},
): DeliveryToAttempt {
  const { headers, ...rest } = fields;
  const endpointId = newUuid();
  return {
    delivery_id: newUuid(),
    event_id: newUuid(),
    endpoint_id: endpointId,
    tenant_id: newUuid(),
    status: 'pending',
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
    const delivery = aDelivery(generateWebhookSecret(), { database_time: new Date('2026-11-20T10:00:00.999Z') });
    expect(buildRequest(deps, delivery, 1).headers['webhook-timestamp']).toBe(
      String(Date.parse('2026-11-20T10:00:00Z') / 1_000),
    );
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

  it('lets no custom header take the place of one of ours', () => {
    const forged = { 'webhook-id': 'evt_forged', 'X-Switchboard-Event': 'forged', 'Content-Type': 'text/plain' };
    const { headers } = buildRequest(deps, aDelivery(generateWebhookSecret(), { headers: forged }), 1);
    expect(JSON.stringify(headers)).not.toMatch(/forged|text\/plain/);
  });

  it('has the endpoint’s own timeout where it has one, else the default', () => {
    const secret = generateWebhookSecret();
    expect(buildRequest(deps, aDelivery(secret), 1).timeoutMs).toBe(10_000);
    expect(buildRequest(deps, aDelivery(secret, { timeout_ms: 2_500 }), 1).timeoutMs).toBe(2_500);
  });
});
