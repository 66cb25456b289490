import { expect, it } from '@jest/globals';
import { firstRequest } from './first-request';

const BASE = 'https://api.example.com/api/v1';

it('is one that the key may make', () => {
  expect(firstRequest(BASE, 'sb_test_1', ['*'])).toBe(
    'curl "https://api.example.com/api/v1/services" -H "Authorization: Bearer sb_test_1"',
  );
  expect(firstRequest(BASE, 'sb_test_1', ['webhooks:manage'])).toContain('/webhook-endpoints"');
});

it('is none for a key that only publishes', () => {
  expect(firstRequest(BASE, 'sb_test_1', ['events:publish'])).toBeNull();
});
