import type { Page } from 'playwright-core';
import { SCREENS, type ScreenName } from '../browser/screens.js';

/** One picture: what is opened, and what is done before it is taken. */
export interface Picture {
  name: string;
  path: string;
  /** The heading that says that the screen is there. */
  title: string | RegExp;
  /** What comes last: the chart, coloured code. */
  last?: string;
  prepare?: (page: Page) => Promise<void>;
  /** Also as a phone shows it. */
  isAlsoNarrow?: boolean;
}

const NARROW: readonly ScreenName[] = ['overview', 'deliveries', 'webhooks'];
const LAST: Partial<Record<ScreenName, string>> = { overview: 'main svg.recharts-surface', docs: 'main pre code span' };

export function picturesOf(endpointId: string): Picture[] {
  return [
    ...SCREENS.map((screen) => {
      const last = LAST[screen.name];
      return { ...screen, ...(last && { last }), isAlsoNarrow: NARROW.includes(screen.name) };
    }),
    { name: 'webhook', path: `/webhooks/${endpointId}`, title: /calendar/ },
    { name: 'delivery', path: '/deliveries', title: 'Delivery log', last: 'pre code span', prepare: openDelivery },
    { name: 'add-webhook', path: '/webhooks?add=1', title: 'Webhooks', prepare: waitForDialog },
  ];
}

async function openDelivery(page: Page): Promise<void> {
  await page
    .getByRole('row', { name: /succeeded/i })
    .first()
    .click();
  await waitForDialog(page);
}

async function waitForDialog(page: Page): Promise<void> {
  await page.getByRole('dialog').first().waitFor();
  await untilLoaded(page);
}

/** The log's last line speaks of older ones for as long as there are any. */
const WAITING = /^(?!Loading older)(Loading|Looking|Adding up|Opening|Checking|Connecting).*…$/;

/** No words of waiting are left on the screen. */
export async function untilLoaded(page: Page): Promise<void> {
  await page.getByText(WAITING).first().waitFor({ state: 'detached' });
}
