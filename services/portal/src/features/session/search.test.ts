import { expect, it } from '@jest/globals';
import { validateSignInSearch } from './search';

it('after signing in one comes to where one wanted to go', () => {
  expect(validateSignInSearch({ to: '/deliveries?status=dead' })).toEqual({ to: '/deliveries?status=dead' });
});

it.each(['https://evil.example/', '//evil.example/', '/\\evil.example', 'javascript:alert(1)', '', 5, undefined])(
  'but never out of the portal: %s',
  (to) => {
    expect(validateSignInSearch({ to })).toEqual({ to: undefined });
  },
);
