import type { BrowserContext, Page } from 'playwright-core';

/** What the browser itself finds wrong with the page while a test uses it. */
export interface Complaints {
  /** Everything so far that no `expect...` has announced. */
  found(): string[];
  /** An answer with this status is part of the test: browsers write each failed request to the console. */
  expectStatus(...statuses: number[]): void;
  /** A complaint that the test provokes on purpose. */
  expectText(pattern: RegExp): void;
  /** Requests that never reach a server are part of the test: it takes the network away. */
  expectUnreachable(): void;
}

const FAILED_REQUEST = /^Failed to load resource: (?:the server responded with a status of (\d{3})|(net::\w+))/;

/** Listens to all pages and frames of a context: errors in the console, uncaught ones, and breaches of the CSP. */
export function listenForComplaints(context: BrowserContext): Complaints {
  const complaints: string[] = [];
  const statuses = new Set<number>();
  const provoked: RegExp[] = [];
  let mayBeUnreachable = false;
  const isExpected = (text: string) => {
    if (provoked.some((pattern) => pattern.test(text))) return true;
    const [, status, problem] = FAILED_REQUEST.exec(text) ?? [];
    return problem !== undefined ? mayBeUnreachable : status !== undefined && statuses.has(Number(status));
  };
  const listen = (page: Page) => {
    // A breach of the Content-Security-Policy is an error in the console, too.
    page.on('console', (message) => {
      const text = message.text();
      if (message.type() === 'error') complaints.push(`${text} (${withoutQuery(message.location().url)})`);
    });
    page.on('pageerror', (error) => complaints.push(`Uncaught: ${error.message}`));
    page.on('crash', () => complaints.push('The page crashed.'));
  };
  context.on('page', listen);
  return {
    found: () => complaints.filter((text) => !isExpected(text)),
    expectStatus: (...expected) => expected.forEach((status) => statuses.add(status)),
    expectText: (pattern) => void provoked.push(pattern),
    expectUnreachable: () => (mayBeUnreachable = true),
  };
}

function withoutQuery(url: string | undefined): string {
  return (url ?? '').split(/[?#]/)[0] ?? '';
}
