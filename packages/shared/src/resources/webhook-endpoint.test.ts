import { describe, expect, it } from '@jest/globals';
import { newUuid, toPublicId } from '../ids/ids.js';
import { disabledEndpointData, disabledEndpointSchema, urlWithoutSecrets } from './webhook-endpoint.js';

describe('a URL as others see it', () => {
  it.each([
    ['https://receiver.example/hooks?token=x', 'https://receiver.example/hooks'],
    ['https://user:password@receiver.example:8443/a/b?token=x#y', 'https://receiver.example:8443/a/b'],
    ['https://receiver.example', 'https://receiver.example/'],
    ['http://[2001:db8::1]:8080/hooks', 'http://[2001:db8::1]:8080/hooks'],
  ])('%s is %s', (url, shown) => {
    expect(urlWithoutSecrets(url)).toBe(shown);
  });
});

it('a disabled endpoint is told of as the catalogue says, without what may be secret', () => {
  const id = newUuid();
  const endpoint = { id, url: 'https://u:p@receiver.example/?k=v', description: 'CRM', secret_sealed: 'sealed' };
  const disabled_at = new Date('2030-05-01T09:00:00.123Z');
  const data = disabledEndpointData({ ...endpoint, disabled_reason: 'gone', disabled_at });
  expect(data).toEqual({
    endpoint: { id: toPublicId('endpoint', id), url: 'https://receiver.example/', description: 'CRM' },
    reason: 'gone',
    disabled_at: '2030-05-01T09:00:00.123Z',
  });
  expect(disabledEndpointSchema.strict().parse(data)).toEqual(data);
});
