import { expect, it } from '@jest/globals';
import { sentence } from './form';

it.each([
  ['must not be empty', 'It must not be empty.'],
  ['is not your password', 'It is not your password.'],
  ['subscribe to at least one event type', 'Subscribe to at least one event type.'],
  ['Port 9 is not open to webhooks.', 'Port 9 is not open to webhooks.'],
])('the server’s "%s" stands beside a field as "%s"', (said, shown) => {
  expect(sentence(said)).toBe(shown);
});
