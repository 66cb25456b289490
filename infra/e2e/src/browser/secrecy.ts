import type { Page } from 'playwright-core';

/** Where a page could leave something behind that others read: its address, its storage, its first HTML. */
export interface Traces {
  url: string;
  storage: string;
  /** What the server sent, before any script ran. */
  html: string;
}

export async function tracesOf(page: Page): Promise<Traces> {
  const storage = await page.evaluate<string>(
    'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, history.state])',
  );
  const url = page.url();
  const response = await page.context().request.get(url.split('#')[0] ?? url, { headers: { accept: 'text/html' } });
  return { url, storage, html: await response.text() };
}

/** The places among these traces in which one of the secrets stands, by name. */
export function leaksOf(traces: Traces, secrets: Record<string, string>): string[] {
  return Object.entries(traces).flatMap(([place, text]) =>
    Object.entries(secrets)
      .filter(([, secret]) => (text as string).includes(secret))
      .map(([name]) => `${name} in ${place}`),
  );
}

/** Whether a secret can still be read anywhere in the document as it is now, form fields included. */
export async function isInDocument(page: Page, secret: string): Promise<boolean> {
  return page.evaluate<boolean>(`((secret) =>
    document.documentElement.outerHTML.includes(secret) ||
    [...document.querySelectorAll('input, textarea')].some(({ value }) => value.includes(secret))
  )(${JSON.stringify(secret)})`);
}
