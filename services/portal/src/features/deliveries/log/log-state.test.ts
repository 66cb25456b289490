import { describe, expect, it } from '@jest/globals';
import type { DeliveryView } from '../../../api/types';
import {
  EMPTY_LOG,
  withArrivals,
  withFirstPage,
  withHeldShown,
  withNewest,
  withOlderPage,
  type LogState,
} from './log-state';

/** Ids rise with time; `at` is both. */
function delivery(at: number, fields: Partial<DeliveryView> = {}): DeliveryView {
  return {
    id: `dlv_${String(at).padStart(26, '0')}`,
    event_id: 'evt_1',
    endpoint_id: 'whe_1',
    event: 'appointment.created',
    status: 'pending',
    cancel_reason: null,
    attempt_count: 0,
    trigger: 'automatic',
    replay_id: null,
    next_attempt_at: null,
    last_status_code: null,
    last_error: null,
    created_at: new Date(at).toISOString(),
    completed_at: null,
    ...fields,
  };
}

const page = (times: number[], next_cursor: string | null = null, total?: number) => ({
  data: times.map((at) => delivery(at)),
  meta: { per_page: 50, next_cursor, ...(total !== undefined && { total }) },
});
const timesOf = (rows: LogState['rows']) => rows.map(({ created_at }) => Date.parse(created_at));
const everything = { matches: () => true, hold: false };
const reading = { matches: () => true, hold: true };

describe('the first page and the ones after it', () => {
  it('are the rows in the server’s order, with where it goes on and how many there are', () => {
    const first = withFirstPage(page([9, 8], 'after-8', 4));
    const state = withOlderPage(first, page([7, 6]));
    expect(timesOf(state.rows)).toEqual([9, 8, 7, 6]);
    expect(state).toMatchObject({ next_cursor: null, total: 4 });
  });

  it('never show a row twice', () => {
    const state = withOlderPage(withFirstPage(page([9, 8], 'after-8')), page([8, 7]));
    expect(timesOf(state.rows)).toEqual([9, 8, 7]);
  });

  it('a first page that is asked for anew takes the place of all that was loaded and held', () => {
    const long = withArrivals(withFirstPage(page([9, 8])), [delivery(10)], reading);
    expect(long.held).toHaveLength(1);
    expect(withFirstPage(page([12, 11]))).toMatchObject({ held: [], is_overflown: false });
  });
});

describe('deliveries that come in', () => {
  const loaded = withFirstPage(page([9, 7, 5], 'after-5', 10));

  it('stand at the top, newest first, however they were ordered', () => {
    const state = withArrivals(loaded, [delivery(11), delivery(12)], everything);
    expect(timesOf(state.rows)).toEqual([12, 11, 9, 7, 5]);
    expect(state.total).toBe(12);
  });

  it('stand at their place in time where their event is older than the newest row', () => {
    expect(timesOf(withArrivals(loaded, [delivery(8), delivery(10)], everything).rows)).toEqual([10, 9, 8, 7, 5]);
  });

  it('are left to the next page where they lie below what is loaded', () => {
    expect(withArrivals(loaded, [delivery(3)], everything)).toBe(loaded);
  });

  it('stand at the end where nothing lies below it', () => {
    expect(timesOf(withArrivals(withFirstPage(page([9])), [delivery(3)], everything).rows)).toEqual([9, 3]);
  });

  it('are left out where the filter is for others', () => {
    const failed = { matches: ({ status }: DeliveryView) => status === 'dead', hold: false };
    expect(withArrivals(loaded, [delivery(11)], failed)).toBe(loaded);
  });

  it('are the first rows of an empty list', () => {
    expect(timesOf(withArrivals(EMPTY_LOG, [delivery(1)], everything).rows)).toEqual([1]);
  });
});

describe('deliveries that changed', () => {
  const loaded = withFirstPage(page([9, 7, 5]));

  it('change where they stand; every other row stays the very same', () => {
    const state = withArrivals(loaded, [delivery(7, { status: 'succeeded' })], reading);
    expect(state.rows.map(({ status }) => status)).toEqual(['pending', 'succeeded', 'pending']);
    expect(state.rows[0]).toBe(loaded.rows[0]);
    expect(state).toMatchObject({ held: [], total: null });
  });

  it('do not vanish under the reader where the filter would no longer find them', () => {
    const pending = { matches: ({ status }: DeliveryView) => status === 'pending', hold: false };
    const state = withArrivals(loaded, [delivery(7, { status: 'dead' })], pending);
    expect(state.rows[1]?.status).toBe('dead');
  });

  it('the last word on a delivery counts where it is told of twice at once', () => {
    const told = [delivery(11), delivery(11, { status: 'succeeded' })];
    const state = withArrivals(loaded, told, everything);
    expect(state.rows.filter(({ id }) => id === delivery(11).id).map(({ status }) => status)).toEqual(['succeeded']);
  });
});

describe('while somebody reads', () => {
  const loaded = withFirstPage(page([9, 7, 5], 'after-5'));

  it('new ones wait, also for their own changes, and come in when they are asked for', () => {
    const held = withArrivals(loaded, [delivery(11), delivery(10)], reading);
    expect(held.rows).toBe(loaded.rows);
    const changed = withArrivals(held, [delivery(10, { status: 'succeeded' })], reading);
    const shown = withHeldShown(changed);
    expect(timesOf(shown.rows)).toEqual([11, 10, 9, 7, 5]);
    expect(shown.rows[1]?.status).toBe('succeeded');
    expect(shown.held).toEqual([]);
  });

  it('no more are kept than can be looked at; beyond that the list is to be asked for anew', () => {
    const flood = Array.from({ length: 600 }, (_, n) => delivery(100 + n));
    const state = withArrivals(loaded, flood, reading);
    expect(state.is_overflown).toBe(true);
    expect(state.held).toHaveLength(500);
    expect(timesOf(state.held)[0]).toBe(699);
  });

  it('after a gap the newest page is held; where it does not reach the rows, it is known that some are missing', () => {
    const near = withNewest(loaded, page([11, 10, 9], 'after-9'), reading);
    expect(timesOf(near.held)).toEqual([11, 10]);
    expect(near.is_overflown).toBe(false);
    expect(withNewest(loaded, page([31, 30], 'after-30'), reading).is_overflown).toBe(true);
    expect(withNewest(loaded, page([31, 30], null), reading).is_overflown).toBe(false);
  });
});
