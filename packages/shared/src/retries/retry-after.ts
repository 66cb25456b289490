/** The headers of an answer, names in lower case. */
type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** Longer than that nobody is waited for: a receiver must not park its deliveries for years. */
const MAX_PAUSE_MS = 3_600_000;
/** "At once" is not what a receiver means that has just refused. */
const MIN_PAUSE_MS = 1_000;
/** Less than the schedule's, because the receiver has named a time; enough not to come back all together. */
const JITTER = 0.1;

const SECONDS = /^\d+$/;
/** RFC 9110, section 5.6.7: the form to write, and the two obsolete ones that have to be read. */
const HTTP_DATES = [
  /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/,
  /^[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/,
  /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/,
];

/**
 * The pause that an answer asks for with `Retry-After`, in milliseconds: from 1 s to 1 h, plus up to 10 % of jitter. A
 * date counts from the answer's own `Date`, so that the clocks of both sides need not agree. Where a proxy has added a
 * second value, the longer pause is taken.
 *
 * @param now stands in where the answer has no `Date`
 * @param random from [0, 1)
 * @returns null where nothing is asked for, or nothing that can be meant: junk, a negative number, a time gone by
 */
export function retryAfterMs(headers: Headers, now: Date, random: number): number | null {
  const answered = parseHttpDate(valuesOf(headers.date)[0] ?? '') ?? now.getTime();
  const pauses = valuesOf(headers['retry-after']).flatMap((value) => pauseOf(value, answered) ?? []);
  if (pauses.length === 0) return null;
  const pause = Math.min(Math.max(...pauses, MIN_PAUSE_MS), MAX_PAUSE_MS);
  return Math.round(pause * (1 + JITTER * random));
}

function valuesOf(header: string | string[] | undefined): string[] {
  return header === undefined ? [] : [header].flat().map((value) => value.trim());
}

function pauseOf(value: string, answered: number): number | null {
  if (SECONDS.test(value)) return Number(value) * 1_000;
  const at = parseHttpDate(value);
  return at === null || at < answered ? null : at - answered;
}

/** Strict, because `Date.parse` finds a date in nearly anything: `1`, `-5`, `soon 2030`. */
function parseHttpDate(text: string): number | null {
  if (!HTTP_DATES.some((form) => form.test(text))) return null;
  const at = Date.parse(text.endsWith(' GMT') ? text : `${text} GMT`);
  return Number.isNaN(at) ? null : at;
}
