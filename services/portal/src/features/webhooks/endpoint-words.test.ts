import { describe, expect, it } from '@jest/globals';
import type { EndpointHealth, EndpointView } from '../../api/types';
import { eventsInShort, foundEndpoints, healthInWords, whyDisabled } from './endpoint-words';

const health = (succeeded: number, failed: number): EndpointHealth => ({
  endpoint_id: 'whe_1',
  hours: [
    { at: '2026-11-20T10:00:00.000Z', succeeded, failed: 0 },
    { at: '2026-11-20T11:00:00.000Z', succeeded: 0, failed },
  ],
  last_delivery: null,
  success_rate: null,
});

describe('an endpoint in words', () => {
  it('shows some of its events and counts the others', () => {
    expect(eventsInShort(['a.b', 'c.d', 'e.f'], 2)).toEqual({ shown: ['a.b', 'c.d'], more: ['e.f'] });
    expect(eventsInShort(['a.b', '*'], 2)).toEqual({ shown: ['every event'], more: [] });
  });

  it('says of each reason what to do', () => {
    expect(whyDisabled({ disabled_reason: 'gone' }).title).toMatch(/410/);
    expect(whyDisabled({ disabled_reason: 'failing' }).advice).toMatch(/test/);
    expect(whyDisabled({ disabled_reason: 'manual' }).title).toMatch(/by hand/);
  });

  it('tells how the last day went', () => {
    expect(healthInWords(undefined)).toBe('No figures yet.');
    expect(healthInWords(health(0, 0))).toMatch(/No delivery/);
    expect(healthInWords(health(1, 0))).toBe('1 delivery arrived in the last 24 hours, none failed.');
    expect(healthInWords(health(1_500, 500))).toBe(
      '1,500 deliveries arrived in the last 24 hours, 500 failed for good (75 % arrived).',
    );
  });

  it('finds endpoints by address, description, id and events', () => {
    const endpoint = (id: string, url: string, description: string, event_types: string[]) =>
      ({ id, url, description, event_types }) as EndpointView;
    const all = [
      endpoint('whe_1', 'https://example.com/calendar', 'Team A', ['appointment.*']),
      endpoint('whe_2', 'https://example.com/crm', 'Sales', ['call.missed']),
    ];
    const found = (text: string | undefined) => foundEndpoints(all, text).map(({ id }) => id);
    expect(found('example team')).toEqual(['whe_1']);
    expect(found('MISSED')).toEqual(['whe_2']);
    expect(found('whe_2')).toEqual(['whe_2']);
    expect(found(undefined)).toEqual(['whe_1', 'whe_2']);
    expect(found('elsewhere')).toEqual([]);
  });
});
