import { expect, it } from '@jest/globals';
import { startReceiver } from '@switchboard/faults/receiver';
import { waitFor } from '@switchboard/faults/wait-for';
import type { Locator } from 'playwright-core';
import { inWords, median, timeAnswers } from './browser/answers.js';
import { isFocused } from './browser/keyboard.js';
import { seedManyDeliveries } from './seed/many-deliveries.js';
import { describeInBrowser } from './testing/describe-in-browser.js';

const DELIVERIES = 100_000;
/** At 50 a second time enough to stop it. */
const DEAD = 1_000;
/** The promise. Held to the median: the slowest answer of a machine that runs two suites says little. */
const PAGE_WITHIN_MS = 200;
/** What counts all of them is asked for once here, and beside other suites: far above what it takes by itself. */
const SUM_WITHIN_MS = 2_000;
/** More rows than fit on the screen, with those just above and below it; far from all that are loaded. */
const MOST_ROWS_IN_PAGE = 80;

describeInBrowser('A log with 100,000 deliveries', (suite) => {
  it('shows rows at once, loads more while one scrolls, does not jump while one reads, and goes by keyboard', async () => {
    const tenant = await suite.stack.newTenant();
    const { id } = await tenant.addEndpoint({ url: 'http://127.0.0.1:65000/hook' });
    await seedManyDeliveries(suite.database.database, { tenantId: tenant.id, endpointId: id, count: DELIVERIES });
    const { page, open } = await suite.visit({ as: tenant.owner, height: 900 });
    const answers = timeAnswers(page);

    const start = performance.now();
    await open('/deliveries');
    const rows = page.locator('[data-row]');
    await rows.first().waitFor();
    console.log(`First rows after ${Math.round(performance.now() - start)} ms, navigation included.`);

    const grid = page.getByRole('grid', { name: 'Deliveries' });
    for (let page_number = 2; page_number <= 10; page_number += 1) await scrollUntilMoreAreLoaded(grid);
    expect(await loadedRows(grid)).toBeGreaterThanOrEqual(500);
    expect(await rows.count()).toBeLessThan(MOST_ROWS_IN_PAGE);

    const read = await firstRowInSight(grid);
    await tenant.book();
    await page.getByRole('button', { name: '1 new delivery' }).waitFor();
    expect(await firstRowInSight(grid)).toEqual(read);

    await grid.focus();
    for (const key of ['Home', 'j', 'j', 'Enter']) await page.keyboard.press(key);
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await waitFor('focus is back in the log', () => isFocused(grid));

    const started = performance.now();
    await open('/deliveries?status=dead');
    await page
      .getByRole('row', { name: /failed for good/i })
      .first()
      .waitFor();
    console.log(`Filtered by status after ${Math.round(performance.now() - started)} ms, navigation included.`);
    await open('/');
    await page
      .getByText(/^98(\.0)?\s?%$/)
      .first()
      .waitFor();
    await open('/dead-letters');
    await page.getByText(/2,000/).first().waitFor();

    for (const path of ['/deliveries', '/overview', '/dead-letters']) {
      console.log(`${path} answered: ${inWords(answers.of(path))}.`);
    }
    expect(median(answers.of('/deliveries'))).toBeLessThan(PAGE_WITHIN_MS);
    expect(median(answers.of('/overview'))).toBeLessThan(SUM_WITHIN_MS);
    expect(median(answers.of('/dead-letters'))).toBeLessThan(SUM_WITHIN_MS);
  });

  it('sends again what a filter finds, says how far it is, and stops when it is told to', async () => {
    const receiver = await startReceiver();
    const tenant = await suite.stack.newTenant();
    const { id } = await tenant.addEndpoint({ url: receiver.url });
    const seed = { tenantId: tenant.id, endpointId: id, count: DEAD, failedEvery: 1 };
    await seedManyDeliveries(suite.database.database, seed);
    const { page, open } = await suite.visit({ as: tenant.owner });
    await open('/deliveries?status=dead');
    await page.getByRole('button', { name: 'Replay many…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Replay many deliveries' });
    await dialog.getByText('Failed for good: 1,000').waitFor();
    await dialog.getByRole('button', { name: 'Replay 1,000 deliveries' }).click();
    await dialog.waitFor({ state: 'detached' });

    const replays = page.getByRole('region', { name: 'Replay' });
    const bar = replays.getByRole('progressbar');
    await waitFor('it moves on', async () => Number(await bar.getAttribute('aria-valuenow')) > 0);
    await replays.getByRole('button', { name: 'Stop' }).click();
    await replays.getByText(/^Stopped after/).waitFor();
    await waitFor('nothing is under way any more', async () => !/on their way/.test(await replays.innerText()));
    const words = await replays.innerText();
    const arrived = Number(/([\d,]+) arrived/.exec(words)?.[1]?.replace(',', ''));
    expect(arrived).toBe(receiver.posts.length);
    expect(arrived).toBeGreaterThan(0);
    expect(arrived).toBeLessThan(DEAD);
    await receiver.stop();
  });
});

/** What is used here of an element; this code is compiled without the browser's own types. */
interface ScrollingElement {
  scrollTop: number;
  scrollHeight: number;
  dataset: { row?: string };
  getAttribute(name: string): string | null;
  getBoundingClientRect(): { top: number; bottom: number };
  querySelectorAll(selector: string): Iterable<ScrollingElement>;
}

/** Which row somebody who has scrolled sees at the top, and where on the screen. */
async function firstRowInSight(grid: Locator): Promise<{ row: string | undefined; top: number } | undefined> {
  return grid.evaluate((element: ScrollingElement) => {
    const { top: edge } = element.getBoundingClientRect();
    const seen = [...element.querySelectorAll('[data-row]')]
      .map((row) => ({
        row: row.dataset.row,
        top: row.getBoundingClientRect().top,
        bottom: row.getBoundingClientRect().bottom,
      }))
      .filter(({ bottom }) => bottom > edge)
      .sort((a, b) => a.top - b.top)[0];
    return seen && { row: seen.row, top: Math.round(seen.top) };
  });
}

/** How many rows the grid says it has, its header not counted. */
async function loadedRows(grid: Locator): Promise<number> {
  return (await grid.evaluate((element: ScrollingElement) => Number(element.getAttribute('aria-rowcount')))) - 1;
}

async function scrollUntilMoreAreLoaded(grid: Locator): Promise<void> {
  const before = await loadedRows(grid);
  await grid.evaluate((element: ScrollingElement) => {
    element.scrollTop = element.scrollHeight;
  });
  await waitFor('the next page is loaded', async () => (await loadedRows(grid)) > before);
}
