import { describe, expect, it } from '@jest/globals';
import type { CountedRow } from './repository.js';
import { createSettledParts } from './settled-parts.js';
import { spanOf, type Span } from './spans.js';

const MINUTE_MS = 60_000;
const NOON_MS = Date.parse('2026-05-01T12:00:30Z');

/** Deliveries of one endpoint, by the minute in which they happened, and each counting of them. */
function aLog() {
  const minutes = new Map<number, { succeeded: number; failed: number; pending: number }>();
  const countedFrom: number[] = [];
  const count = (span: Span) => (firstPart: number) => {
    countedFrom.push(firstPart);
    const rows = span.bounds_ms.slice(0, -1).flatMap((ms, index): CountedRow[] => {
      const found = minutes.get(ms);
      if (!found || index + 1 < firstPart) return [];
      return [{ bucket: index + 1, endpoint_id: 'one', attempts: found.succeeded + found.failed, ...found }];
    });
    return Promise.resolve(rows);
  };
  const set = (minutesAgo: number, what: { succeeded?: number; failed?: number; pending?: number }) =>
    minutes.set(Math.floor(NOON_MS / MINUTE_MS) * MINUTE_MS - minutesAgo * MINUTE_MS, {
      ...{ succeeded: 0, failed: 0, pending: 0 },
      ...what,
    });
  return { count, countedFrom, set };
}

const LAST_PART = 60;

describe('parts of a span that are settled', () => {
  it('are counted once; the last part is not over, and is counted anew', async () => {
    const { count, countedFrom, set } = aLog();
    const parts = createSettledParts({ worthKeepingMs: 0 });
    const span = spanOf('1h', NOON_MS);
    set(30, { succeeded: 5, failed: 1 });
    set(0, { succeeded: 1 });
    const first = await parts.rowsOf('a', span, count(span));
    set(0, { succeeded: 2 });
    const second = await parts.rowsOf('a', span, count(span));
    expect(second).toEqual([first[0], { ...first[1], succeeded: 2, attempts: 2 }]);
    expect(countedFrom).toEqual([1, LAST_PART]);
  });

  it('end before the first in which a delivery is pending: what becomes of it is seen at once', async () => {
    const { count, countedFrom, set } = aLog();
    const parts = createSettledParts({ worthKeepingMs: 0 });
    const span = spanOf('1h', NOON_MS);
    set(40, { succeeded: 5 });
    set(30, { pending: 1 });
    await parts.rowsOf('a', span, count(span));
    set(30, { succeeded: 1 });
    expect(await parts.rowsOf('a', span, count(span))).toMatchObject([{ succeeded: 5 }, { succeeded: 1, pending: 0 }]);
    expect(countedFrom).toEqual([1, LAST_PART - 30]);
  });

  it('keep their place as time goes on, and leave the span at its beginning', async () => {
    const { count, set } = aLog();
    const parts = createSettledParts({ worthKeepingMs: 0 });
    const [span, later] = [spanOf('1h', NOON_MS), spanOf('1h', NOON_MS + 2 * MINUTE_MS)];
    set(59, { succeeded: 1 });
    set(10, { succeeded: 2 });
    await parts.rowsOf('a', span, count(span));
    set(-1, { succeeded: 3 });
    expect(await parts.rowsOf('a', later, count(later))).toEqual(await count(later)(1));
  });

  it('are counted anew after a minute, which a replay of an old delivery waits for', async () => {
    const { count, countedFrom, set } = aLog();
    const span = spanOf('1h', NOON_MS);
    set(30, { failed: 1 });
    const parts = createSettledParts({ worthKeepingMs: 0, believedForMs: 0 });
    await parts.rowsOf('a', span, count(span));
    set(30, { pending: 1 });
    expect(await parts.rowsOf('a', span, count(span))).toMatchObject([{ failed: 0, pending: 1 }]);
    expect(countedFrom).toEqual([1, 1]);
  });

  it('are not kept where they were counted quickly, and are each question’s own', async () => {
    const { count, countedFrom, set } = aLog();
    const span = spanOf('1h', NOON_MS);
    set(30, { succeeded: 1 });
    const quick = createSettledParts({ worthKeepingMs: 60_000 });
    for (let n = 0; n < 2; n += 1) await quick.rowsOf('a', span, count(span));
    const kept = createSettledParts({ worthKeepingMs: 0 });
    for (const key of ['a', 'b']) await kept.rowsOf(key, span, count(span));
    expect(countedFrom).toEqual([1, 1, 1, 1]);
  });
});
