import { WEEKDAYS, type WorkingHours } from '@switchboard/shared';
import { DateTime } from 'luxon';

/** A stretch of absolute time, in milliseconds since 1970; the end is not part of it. */
export interface Span {
  from_ms: number;
  to_ms: number;
}

/**
 * The stretches of work that touch a span, from hours by the clock of a time zone. Each day is looked at by its own
 * date, so a change to or from daylight saving time moves the stretches as it moves the clock: a stretch over the
 * change is an hour shorter or longer.
 */
export function workingSpans(hours: readonly WorkingHours[], timezone: string, span: Span): Span[] {
  const spans: Span[] = [];
  const last = DateTime.fromMillis(span.to_ms, { zone: timezone });
  for (
    let day = DateTime.fromMillis(span.from_ms, { zone: timezone }).startOf('day');
    day <= last;
    // Where a day begins at 01:00 because midnight is skipped, the days after it still begin at 00:00.
    day = day.plus({ days: 1 }).startOf('day')
  ) {
    const weekday = WEEKDAYS[day.weekday - 1];
    for (const stretch of hours) {
      if (stretch.weekday !== weekday) continue;
      const found = { from_ms: atClock(day, stretch.from), to_ms: atClock(day, stretch.to) };
      if (found.from_ms < span.to_ms && found.to_ms > span.from_ms) spans.push(found);
    }
  }
  return spans.sort((a, b) => a.from_ms - b.from_ms);
}

/** A clock time that a change of the clocks skips is the first moment after it; one that comes twice is the first of the two. */
function atClock(day: DateTime, clock: string): number {
  if (clock === '24:00') return day.plus({ days: 1 }).startOf('day').toMillis();
  const [hour, minute] = clock.split(':').map(Number);
  const moment = day.set({ hour: hour ?? 0, minute: minute ?? 0 });
  return moment.hour === hour && moment.minute === minute ? moment.toMillis() : endOfSkippedTime(moment).toMillis();
}

/** Luxon moves a skipped 02:30 on to 03:30; work that was to begin within the skipped hour begins right after it. */
function endOfSkippedTime(after: DateTime): DateTime {
  let moment = after;
  while (moment.minus({ minutes: 1 }).offset === after.offset) moment = moment.minus({ minutes: 1 });
  return moment;
}

export function overlaps(a: Span, b: Span): boolean {
  return a.from_ms < b.to_ms && b.from_ms < a.to_ms;
}
