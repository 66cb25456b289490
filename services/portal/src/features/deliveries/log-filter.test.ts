import { describe, expect, it } from '@jest/globals';
import type { DeliveryView } from '../../api/types';
import { canGrow, cleared, filterOf, isFiltered, matches, searchedFor } from './log-filter';

const EVENT = 'evt_01jd4q2r5ze0ftk3x9v8m6c7ba';
const DELIVERY = 'dlv_01jd4q2r5ze0ftk3x9v8m6c7bf';
const NOW = Date.parse('2026-11-21T12:34:56.789Z');

const dead: DeliveryView = {
  id: DELIVERY,
  event_id: EVENT,
  endpoint_id: 'whe_1',
  event: 'call.ended',
  status: 'dead',
  cancel_reason: null,
  attempt_count: 10,
  trigger: 'automatic',
  replay_id: null,
  next_attempt_at: null,
  last_status_code: null,
  last_error: { code: 'timeout', message: 'The endpoint did not answer in full within 10000 ms.' },
  created_at: '2026-11-21T12:00:00.000Z',
  completed_at: '2026-11-21T12:30:00.000Z',
};

describe('what somebody searches for', () => {
  it('is an event or a delivery by its id, with spaces around it or in capitals too', () => {
    expect(searchedFor(` ${EVENT} `)).toEqual({ event_id: EVENT });
    expect(searchedFor(DELIVERY.toUpperCase())).toEqual({ delivery: DELIVERY });
  });

  it.each([
    'evt_',
    'appointment',
    EVENT.slice(0, -1),
    `${EVENT}0`,
    EVENT.replace('evt', 'apt'),
    'evt_il0000000000000000000000uu',
  ])('is nothing where it can be no id: %s', (text) => expect(searchedFor(text)).toBeNull());
});

describe('the filter of the URL', () => {
  it('begins at a whole minute for a range, so that it is the same question a moment later', () => {
    expect(filterOf({ range: '1h' }, NOW)).toEqual({ since: '2026-11-21T11:34:00.000Z' });
    expect(filterOf({ range: '15m' }, NOW + 1_000)).toEqual(filterOf({ range: '15m' }, NOW));
    expect(filterOf({ range: '7d' }, NOW)).toEqual({ since: '2026-11-14T12:34:00.000Z' });
  });

  it('a range goes before two moments that are left over', () => {
    const url = { range: '24h', since: '2020-01-01T00:00:00Z', until: '2020-02-01T00:00:00Z' } as const;
    expect(filterOf(url, NOW)).toEqual({ since: '2026-11-20T12:34:00.000Z' });
  });

  it('leaves out what the server would refuse as no id', () => {
    expect(filterOf({ event_id: 'evt_nonsense', status: 'dead' }, NOW)).toEqual({ status: 'dead' });
    expect(filterOf({ event_id: EVENT }, NOW)).toEqual({ event_id: EVENT });
  });

  it('is none where only a panel is open, and can be cleared but for what belongs to the screen', () => {
    expect(isFiltered({})).toBe(false);
    expect(isFiltered({ endpoint_id: 'whe_1' }, 'endpoint_id')).toBe(false);
    expect(isFiltered({ endpoint_id: 'whe_1', error: 'timeout' }, 'endpoint_id')).toBe(true);
    expect(Object.keys(cleared('endpoint_id'))).toEqual([
      'status',
      'event',
      'event_id',
      'range',
      'since',
      'until',
      'error',
    ]);
  });
});

describe('a delivery that comes in live', () => {
  it.each([
    [{}, true],
    [{ status: 'dead', error: 'timeout', event: 'call.ended', endpoint_id: 'whe_1', event_id: EVENT }, true],
    [{ status: 'pending' }, false],
    [{ error: 'http_status' }, false],
    [{ event: 'call.started' }, false],
    [{ endpoint_id: 'whe_2' }, false],
    [{ event_id: 'evt_other' }, false],
    [{ since: '2026-11-21T12:00:00.000Z' }, true],
    [{ since: '2026-11-21T12:00:00.001Z' }, false],
    [{ until: '2026-11-21T12:00:00.000Z' }, false],
    [{ until: '2026-11-21T12:00:00.001Z' }, true],
  ] as const)('fits %j: %s', (filter, expected) => expect(matches(filter, dead)).toBe(expected));

  it('cannot come where the chosen time has ended', () => {
    expect(canGrow({}, NOW)).toBe(true);
    expect(canGrow({ until: '2026-11-21T12:34:56.790Z' }, NOW)).toBe(true);
    expect(canGrow({ until: '2026-11-21T12:34:56.789Z' }, NOW)).toBe(false);
  });
});
