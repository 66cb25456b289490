import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import type { Credentials, SessionView } from '../stack/portal-client.js';
import { listenForComplaints, type Complaints } from './complaints.js';

export interface VisitOptions {
  /** The address of the stack. */
  url: string;
  /** Who is signed in already; nobody where none is named. */
  as?: Credentials;
  colorScheme?: 'light' | 'dark';
  width?: number;
  height?: number;
}

/** Somebody's browser window: cookies and storage of its own. */
export interface Visit {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly complaints: Complaints;
  /** Goes to a screen: `/keys`. */
  open(path: string): Promise<void>;
  close(): Promise<void>;
}

/** Longer than anything takes on a busy machine; a test that waits for it has failed. */
const PATIENCE_MS = 15_000;

export async function visit(browser: Browser, options: VisitOptions): Promise<Visit> {
  const { url, as, colorScheme = 'light', width = 1280, height = 800 } = options;
  const settings: BrowserContextOptions = {
    baseURL: url,
    colorScheme,
    viewport: { width, height },
    locale: 'en-GB',
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
  };
  const context = await browser.newContext(settings);
  context.setDefaultTimeout(PATIENCE_MS);
  const complaints = listenForComplaints(context);
  if (as) await signInContext(context, as);
  const page = await context.newPage();
  return {
    page,
    context,
    complaints,
    open: async (path) => {
      await page.goto(`/settings/api${path === '/' ? '' : path}`);
    },
    close: () => context.close(),
  };
}

/** Puts a session's cookies into the context, as the sign-in screen does; for tests that are about something else. */
export async function signInContext(context: BrowserContext, { email, password }: Credentials): Promise<SessionView> {
  const response = await context.request.post('/settings/api/session', {
    headers: { accept: 'application/json' },
    data: { email, password },
  });
  if (response.status() !== 200) throw new Error(`Signing in as ${email} was answered ${response.status()}.`);
  return ((await response.json()) as { data: SessionView }).data;
}
