import { expect, it } from '@jest/globals';
import { parseSearch, stringifySearch } from './search-params';

it('filters stand in the address as people write them', () => {
  const search = { status: 'dead', event: 'appointment.created', since: '2026-11-21T12:00:00.000Z', page: 2 };
  expect(stringifySearch(search)).toBe(
    '?status=dead&event=appointment.created&since=2026-11-21T12%3A00%3A00.000Z&page=2',
  );
});

it('what is not set leaves no trace', () => {
  expect(stringifySearch({ status: undefined, event: null })).toBe('');
});

it('what was written is read again, as text even where it looks like a number or JSON', () => {
  const search = { event_id: '123', open: '{"a":1}', error: 'a&b=c' };
  expect(parseSearch(stringifySearch(search))).toEqual(search);
});
