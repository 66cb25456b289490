import type { Page, Request } from 'playwright-core';

/** How long the server took to answer what the page asked for, as the browser measured it. */
export interface AnswerTimes {
  /** In milliseconds, in the order of the answers; of paths that hold `part`. */
  of(part: string): number[];
}

export function timeAnswers(page: Page): AnswerTimes {
  const finished: Request[] = [];
  page.on('requestfinished', (request) => finished.push(request));
  return {
    of: (part) =>
      finished
        .filter((request) => new URL(request.url()).pathname.endsWith(part))
        .map((request) => {
          const { requestStart, responseEnd } = request.timing();
          return responseEnd - requestStart;
        }),
  };
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** "median 12, most 40" */
export function inWords(values: readonly number[]): string {
  return `median ${Math.round(median(values))}, most ${Math.round(Math.max(...values))} ms of ${values.length}`;
}
