import { expect, it } from '@jest/globals';
import { createApiClient } from '@switchboard/local/demo/api-client';
import { waitFor } from '@switchboard/faults/wait-for';
import { holdsFocus, isFocused, showsItsFocus, tabTo } from './browser/keyboard.js';
import { isInDocument, leaksOf, tracesOf } from './browser/secrecy.js';
import { describeInBrowser } from './testing/describe-in-browser.js';

describeInBrowser('API keys in a browser', (suite) => {
  const statusWith = async (key: string) =>
    (await createApiClient(suite.stack.url, key).request('GET', '/api/v1/appointments')).status;

  it('creates a key that is shown once and works; revoked, it is refused with 401', async () => {
    const { owner } = await suite.stack.newTenant();
    const { page, open } = await suite.visit({ as: owner });
    await open('/keys');

    await page.getByRole('button', { name: 'Create key' }).first().click();
    const form = page.getByRole('dialog', { name: 'Create an API key' });
    await form.getByLabel('Name').fill('Website');
    await form.getByRole('button', { name: 'Create key' }).click();

    const shown = page.getByRole('dialog', { name: /Your new live key/ });
    const key = (await shown.getByTestId('secret').innerText()).trim();
    expect(await statusWith(key)).toBe(200);
    expect(leaksOf(await tracesOf(page), { key })).toEqual([]);

    // It is left through "I have copied it", by no slip of a key.
    await page.keyboard.press('Escape');
    expect(await shown.getByRole('button', { name: 'Done' }).isDisabled()).toBe(true);
    await shown.getByRole('checkbox', { name: 'I have copied it' }).check();
    await shown.getByRole('button', { name: 'Done' }).click();
    await shown.waitFor({ state: 'detached' });
    expect(await isInDocument(page, key)).toBe(false);
    expect(leaksOf(await tracesOf(page), { key })).toEqual([]);

    const row = page.getByRole('row', { name: /Website/ });
    await row.getByText(key.slice(-4)).first().waitFor();
    await row.getByRole('button', { name: 'Actions for Website' }).click();
    await page.getByRole('menuitem', { name: /^Revoke/ }).click();
    await page
      .getByRole('dialog', { name: /Revoke/ })
      .getByRole('button', { name: 'Revoke key' })
      .click();
    await row.getByText('Revoked').filter({ visible: true }).first().waitFor();
    await waitFor('the key is refused', async () => (await statusWith(key)) === 401);
  });

  it('is done without a mouse: skip link, navigation, form, and focus goes on where the new key is', async () => {
    const { owner } = await suite.stack.newTenant();
    const { page, open } = await suite.visit({ as: owner });
    await open('/');
    await page.getByRole('heading', { name: 'Overview' }).waitFor();

    await page.keyboard.press('Tab');
    const skip = page.getByRole('link', { name: 'Skip to the content' });
    expect(await isFocused(skip)).toBe(true);
    expect(await showsItsFocus(page)).toBe(true);
    await page.keyboard.press('Enter');
    await waitFor('the content is focused', () => isFocused(page.getByRole('main')));

    // "g k" goes to the keys; the way by Tab ends at the same link.
    await page.keyboard.press('g');
    await page.keyboard.press('k');
    await page.getByRole('heading', { name: 'API keys' }).waitFor();
    const create = page.getByRole('button', { name: 'Create key' }).first();
    await tabTo(page, create);
    expect(await showsItsFocus(page)).toBe(true);
    await page.keyboard.press('Enter');

    const form = page.getByRole('dialog', { name: 'Create an API key' });
    await tabTo(page, form.getByLabel('Name'));
    await page.keyboard.type('Made without a mouse');
    await page.keyboard.press('Enter');
    const shown = page.getByRole('dialog', { name: /Made without a mouse/ });
    await tabTo(page, shown.getByRole('checkbox', { name: 'I have copied it' }));
    await page.keyboard.press('Space');
    await tabTo(page, shown.getByRole('button', { name: 'Done' }));
    await page.keyboard.press('Enter');

    await shown.waitFor({ state: 'detached' });
    await page.getByRole('row', { name: /Made without a mouse/ }).waitFor();
    const itsMenu = page.getByRole('button', { name: 'Actions for Made without a mouse' });
    await waitFor('focus is at the new key', () => isFocused(itsMenu));
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).getByText('Create a key').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  it('tries the API on the docs page with a test key that ends with the trial', async () => {
    const tenant = await suite.stack.newTenant();
    const { page, open, complaints } = await suite.visit({ as: tenant.owner });
    await open('/docs?topic=try');
    await page.getByRole('button', { name: 'Create one for an hour' }).click();
    await page.getByText(/^The test key .* is ready/).waitFor();
    const sent = page.waitForRequest((request) => new URL(request.url()).pathname === '/api/v1/services');
    await page.getByRole('button', { name: 'Send request' }).click();
    await page.getByRole('heading', { name: 'The answer: 200' }).waitFor();
    await page.getByText('x-ratelimit-remaining').waitFor();
    const key = ((await (await sent).headerValue('authorization')) ?? '').replace('Bearer ', '');
    expect(key).toContain('_test_');
    expect(leaksOf(await tracesOf(page), { key })).toEqual([]);

    await page.getByRole('button', { name: 'Revoke it now' }).click();
    await page.getByRole('button', { name: 'Create one for an hour' }).waitFor();
    await waitFor('the key is refused', async () => (await statusWith(key)) === 401);
    complaints.expectStatus(401);
    await page.getByLabel('Test key').fill(key);
    await page.getByRole('button', { name: 'Send request' }).click();
    await page.getByRole('heading', { name: 'The answer: 401' }).waitFor();
  });

  it('keeps the rest of the page out of reach of Tab while a dialog is open', async () => {
    const { owner } = await suite.stack.newTenant();
    const { page, open } = await suite.visit({ as: owner });
    await open('/keys');
    await page.getByRole('button', { name: 'Create key' }).first().click();
    const form = page.getByRole('dialog', { name: 'Create an API key' });
    await form.waitFor();
    for (let press = 1; press <= 25; press += 1) {
      await page.keyboard.press('Tab');
      // From the last field it goes to the first by way of the document's body, for a moment.
      await waitFor(`focus is inside after Tab was pressed ${press} times`, () => holdsFocus(form));
    }
  });
});
