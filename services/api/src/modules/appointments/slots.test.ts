import { describe, expect, it } from '@jest/globals';
import { WEEKDAYS, type WorkingHours } from '@switchboard/shared';
import { DateTime } from 'luxon';
import { freeSlots, type SlotStaff } from './slots.js';

const MINUTE_MS = 60_000;
const NEW_YORK = 'America/New_York';
const BERLIN = 'Europe/Berlin';

const hours = (...stretches: [from: string, to: string][]): WorkingHours[] =>
  WEEKDAYS.flatMap((weekday) => stretches.map(([from, to]) => ({ weekday, from, to })));

interface Question {
  timezone?: string;
  working_hours?: WorkingHours[];
  busy?: [from: string, to: string][];
  duration?: number;
  buffer?: number;
  /** A day, or two moments. */
  span: string | [from: string, to: string];
}

const msOf = (time: string) => DateTime.fromISO(time, { setZone: true }).toMillis();

function spanOf(span: Question['span'], zone: string) {
  if (typeof span !== 'string') return { from_ms: msOf(span[0]), to_ms: msOf(span[1]) };
  const day = DateTime.fromISO(span, { zone });
  return { from_ms: day.toMillis(), to_ms: day.plus({ days: 1 }).startOf('day').toMillis() };
}

function member(
  { timezone = 'UTC', working_hours = hours(['09:00', '12:00']), busy = [] }: Partial<Question>,
  id = 'a',
) {
  const spans = busy.map(([from, to]) => ({ from_ms: msOf(from), to_ms: msOf(to) }));
  return { id, timezone, working_hours, busy: spans } satisfies SlotStaff;
}

/** The clock times that are offered, by the staff member's own clock. */
function offered(question: Question): string[] {
  const { timezone = 'UTC', duration = 30, buffer = 0 } = question;
  const rules = { duration_ms: duration * MINUTE_MS, buffer_ms: buffer * MINUTE_MS };
  const slots = freeSlots([member(question)], { ...rules, span: spanOf(question.span, timezone) });
  expect(slots.every(({ staff_ids }) => staff_ids.length === 1)).toBe(true);
  expect(new Set(slots.map((slot) => slot.starts_at_ms)).size).toBe(slots.length);
  expect(slots.map((slot) => slot.starts_at_ms)).toEqual(slots.map((slot) => slot.starts_at_ms).sort((a, b) => a - b));
  return slots.map((slot) => DateTime.fromMillis(slot.starts_at_ms, { zone: timezone }).toFormat('HH:mm'));
}

const TEN_TO_NOON = [
  ...['09:00', '09:15', '09:30', '09:45', '10:00', '10:15', '10:30', '10:45', '11:00', '11:15', '11:30'],
];

describe('slots of one day', () => {
  it('begin every quarter of an hour, as long as the appointment ends within working hours', () => {
    expect(offered({ span: '2030-05-01' })).toEqual(TEN_TO_NOON);
    expect(offered({ span: '2030-05-01', duration: 180 })).toEqual(['09:00']);
    expect(offered({ span: '2030-05-01', duration: 181 })).toEqual([]);
  });

  it('count from the beginning of the work, even where that is no full quarter', () => {
    expect(offered({ span: '2030-05-01', working_hours: hours(['09:10', '10:00']) })).toEqual(['09:10', '09:25']);
  });

  it('leave breaks out: no appointment runs into one', () => {
    const working_hours = hours(['09:00', '10:00'], ['10:30', '11:00']);
    expect(offered({ span: '2030-05-01', working_hours })).toEqual(['09:00', '09:15', '09:30', '10:30']);
  });

  it('go on until 24:00, and into the next day where work begins at 00:00', () => {
    const working_hours = hours(['00:00', '00:30'], ['23:00', '24:00']);
    expect(offered({ span: '2030-05-01', working_hours })).toEqual(['00:00', '23:00', '23:15', '23:30']);
    const night = ['2030-05-01T23:20:00Z', '2030-05-02T00:10:00Z'] as [string, string];
    expect(offered({ span: night, working_hours })).toEqual(['23:30', '00:00']);
  });

  it('are there on the weekdays of the working hours only', () => {
    const working_hours: WorkingHours[] = [{ weekday: 'wednesday', from: '09:00', to: '09:30' }];
    expect(offered({ span: '2030-05-01', working_hours })).toEqual(['09:00']);
    expect(offered({ span: '2030-05-02', working_hours })).toEqual([]);
    expect(offered({ span: '2030-05-01', working_hours: [] })).toEqual([]);
  });

  it('leave out what is busy, and may touch it on both sides', () => {
    const busy: Question['busy'] = [['2030-05-01T10:00:00Z', '2030-05-01T11:00:00Z']];
    expect(offered({ span: '2030-05-01', busy })).toEqual(['09:00', '09:15', '09:30', '11:00', '11:15', '11:30']);
  });

  it('keep their buffer free before what is busy; the end of work may lie within it', () => {
    const busy: Question['busy'] = [['2030-05-01T10:00:00Z', '2030-05-01T11:00:00Z']];
    expect(offered({ span: '2030-05-01', busy, buffer: 10 })).toEqual(['09:00', '09:15', '11:00', '11:15', '11:30']);
  });

  it('begin within the span that is asked for, its end not included', () => {
    expect(offered({ span: ['2030-05-01T09:15:00Z', '2030-05-01T10:00:00Z'] })).toEqual(['09:15', '09:30', '09:45']);
    expect(offered({ span: ['2030-05-01T09:15:00.001Z', '2030-05-01T09:45:00.001Z'] })).toEqual(['09:30', '09:45']);
  });
});

describe('slots of several staff members', () => {
  it('are merged: each time once, with everybody who is free then', () => {
    const staff = [
      member({ working_hours: hours(['09:00', '10:00']) }, 'a'),
      member({ working_hours: hours(['09:30', '10:30']) }, 'b'),
      // 05:30 in New York is 09:30 in UTC.
      member({ working_hours: hours(['05:30', '06:00']), timezone: NEW_YORK }, 'c'),
    ];
    const rules = { duration_ms: 30 * MINUTE_MS, buffer_ms: 0, span: spanOf('2030-05-01', 'UTC') };
    const slots = freeSlots(staff, rules).map(({ starts_at_ms, staff_ids }) => [
      new Date(starts_at_ms).toISOString().slice(11, 16),
      staff_ids.join(''),
    ]);
    expect(slots).toEqual([
      ['09:00', 'a'],
      ['09:15', 'a'],
      ['09:30', 'abc'],
      ['09:45', 'b'],
      ['10:00', 'b'],
    ]);
  });
});

describe.each([
  { timezone: NEW_YORK, spring: '2030-03-10', autumn: '2030-11-03', summer: -4, winter: -5, skipped: 2, twice: 1 },
  { timezone: BERLIN, spring: '2030-03-31', autumn: '2030-10-27', summer: 2, winter: 1, skipped: 2, twice: 2 },
])('where the clocks change in $timezone', ({ timezone, spring, autumn, summer, winter, skipped, twice }) => {
  const allDay = hours(['00:00', '24:00']);
  const inHour = (slots: string[], hour: number) => slots.filter((slot) => Number(slot.slice(0, 2)) === hour).length;

  it('the day in spring has 23 hours of slots and none in the hour that is skipped', () => {
    const slots = offered({ timezone, working_hours: allDay, duration: 15, span: spring });
    expect(slots).toHaveLength(23 * 4);
    expect(inHour(slots, skipped)).toBe(0);
    expect(inHour(slots, skipped + 1)).toBe(4);
  });

  it('the day in autumn has 25 hours of slots, the repeated hour twice by the clock and never twice in time', () => {
    const slots = offered({ timezone, working_hours: allDay, duration: 15, span: autumn });
    expect(slots).toHaveLength(25 * 4);
    expect(inHour(slots, twice)).toBe(8);
  });

  it('work from 9 to 12 stays from 9 to 12 by the clock, on the day before, on it and after it', () => {
    for (const changeDay of [spring, autumn]) {
      for (const days of [-1, 0, 1]) {
        const day = DateTime.fromISO(changeDay, { zone: timezone }).plus({ days });
        expect(offered({ timezone, span: day.toISODate() as string })).toEqual(TEN_TO_NOON);
      }
    }
  });

  it('that is another hour in absolute time', () => {
    const first = (day: string) =>
      freeSlots([member({ timezone })], {
        duration_ms: 30 * MINUTE_MS,
        buffer_ms: 0,
        span: spanOf(day, timezone),
      })[0]?.starts_at_ms;
    const nine = (day: string, offset: number) => Date.parse(`${day}T09:00:00Z`) - offset * 60 * MINUTE_MS;
    expect(first(spring)).toBe(nine(spring, summer));
    expect(first(autumn)).toBe(nine(autumn, winter));
  });

  it('a stretch over the change is an hour shorter in spring and an hour longer in autumn', () => {
    const working_hours = hours(['01:00', '04:00']);
    expect(offered({ timezone, working_hours, duration: 15, span: spring })).toHaveLength(2 * 4);
    expect(offered({ timezone, working_hours, duration: 15, span: autumn })).toHaveLength(4 * 4);
  });

  it('work that begins or ends within the skipped hour begins or ends right after it, and nobody is offered twice', () => {
    const half = (hour: number, minute = '00') => `0${hour}:${minute}`;
    const within = hours([half(skipped, '30'), half(skipped + 2)]);
    expect(offered({ timezone, working_hours: within, duration: 60, span: spring })).toEqual([half(skipped + 1)]);
    const both = hours([half(skipped), half(skipped, '30')], [half(skipped + 1), half(skipped + 2)]);
    expect(offered({ timezone, working_hours: both, duration: 60, span: spring })).toEqual([half(skipped + 1)]);
  });
});

describe('where midnight itself is skipped', () => {
  it('that day begins at 01:00, and the next one at 00:00 again', () => {
    const working_hours = hours(['00:00', '02:00']);
    const timezone = 'America/Santiago';
    expect(offered({ timezone, working_hours, duration: 60, span: '2030-09-08' })).toEqual(['01:00']);
    const twoDays = ['2030-09-08T04:00:00Z', '2030-09-09T03:20:00Z'] as [string, string];
    expect(offered({ timezone, working_hours, duration: 60, span: twoDays })).toEqual(['01:00', '00:00', '00:15']);
  });
});
