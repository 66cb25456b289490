import { expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { text } from 'node:stream/consumers';
import { askPortal } from './stack/portal-client.js';
import { leaksOf, tracesOf } from './browser/secrecy.js';
import { describeInBrowser } from './testing/describe-in-browser.js';

describeInBrowser('People in a browser', (suite) => {
  it('signs in: a wrong password is said in plain words, the right one opens the account', async () => {
    const { owner, name } = await suite.stack.newTenant({ name: 'Acme Dental' });
    const { page, open, complaints } = await suite.visit();
    // Nobody is signed in yet, and then the password is wrong: the server says 401 both times.
    complaints.expectStatus(401);

    await open('/people');
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.getByLabel('E-mail').fill(owner.email);
    await page.getByLabel('Password').fill('not this one');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').getByText('E-mail and password do not fit together').waitFor();

    await page.getByLabel('Password').fill(owner.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'People' }).waitFor();
    await page.getByRole('complementary').getByText(name).waitFor();
    expect(new URL(page.url()).pathname).toBe('/settings/api/people');
    expect(leaksOf(await tracesOf(page), await secretsOf(page, { password: owner.password }))).toEqual([]);
  });

  it('invites somebody by a link, changes what they may do, and removes them: they are out at once', async () => {
    const { owner, id } = await suite.stack.newTenant();
    const { page, open } = await suite.visit({ as: owner });
    await open('/people');

    const link = await inviteByLink(page, 'new.hire@acme.example');
    const guest = await suite.visit();
    guest.complaints.expectStatus(401);
    await guest.page.goto(link);
    await guest.page.getByRole('heading', { name: 'Join Acme Dental' }).waitFor();
    await guest.page.getByLabel('Your name').fill('Nina New');
    await guest.page.getByLabel('Choose a password').fill('correct horse battery');
    await guest.page.getByRole('button', { name: 'Join' }).click();
    await guest.page.getByRole('heading', { name: 'Overview' }).waitFor();
    const token = link.split('#')[1] as string;
    const traces = await tracesOf(guest.page);
    expect(leaksOf(traces, await secretsOf(guest.page, { token, password: 'correct horse battery' }))).toEqual([]);
    expect((await askPortal(suite.stack.url, '/invitations/show', { token })).status).toBe(404);

    await page.reload();
    await page.getByRole('button', { name: 'Change Nina New' }).click();
    await page.getByRole('menuitem', { name: /^Make viewer/ }).click();
    await page
      .getByRole('row', { name: /Nina New/ })
      .getByText('Viewer')
      .waitFor();

    await page.getByRole('button', { name: 'Change Nina New' }).click();
    await page.getByRole('menuitem', { name: 'Remove' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('row', { name: /Nina New/ }).waitFor({ state: 'detached' });

    // What she has open still shows what it showed; whatever she does next is answered like a stranger's request.
    const answer = await guest.context.request.get('/settings/api/people', {
      headers: { accept: 'application/json', 'x-tenant-id': id },
    });
    expect(answer.status()).toBe(404);
    await guest.page.reload();
    await guest.page.getByText('You belong to no account').waitFor();
  });

  it('lets the platform’s own people search among all accounts and enter one', async () => {
    const wanted = await suite.stack.newTenant({ name: 'Harbour Physiotherapy' });
    await suite.stack.newTenant({ name: 'Hillside Optician' });
    const { page, open } = await suite.visit({ as: suite.stack.superAdmin });
    await open('/people');
    await page.getByRole('button', { name: /Switch account/ }).click();
    const choice = page.getByRole('dialog', { name: 'Switch account' });
    await choice.getByRole('searchbox', { name: 'Search accounts' }).fill('harbour');
    await choice.getByRole('button', { name: 'Hillside Optician' }).waitFor({ state: 'detached' });
    await choice.getByRole('button', { name: 'Harbour Physiotherapy' }).click();
    await choice.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: /^Account: Harbour Physiotherapy/ }).waitFor();
    await page.getByRole('row', { name: new RegExp(wanted.owner.email) }).waitFor();
  });

  it('gives the audit log as a file, with the entries that the filter shows', async () => {
    const tenant = await suite.stack.newTenant();
    await tenant.addEndpoint({ url: 'http://127.0.0.1:65000/hook' });
    const { page, open } = await suite.visit({ as: tenant.owner });
    await open('/audit?action=webhook_endpoint.created');
    await page.getByRole('row', { name: /Added a webhook/ }).waitFor();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export CSV' }).click(),
    ]);
    expect(file.suggestedFilename()).toMatch(/^audit-log-\d{4}-\d\d-\d\d\.csv$/);
    const [header, ...entries] = (await text(await file.createReadStream())).trim().split(/\r?\n/);
    expect(header).toContain('actor_name');
    expect(entries).toEqual([expect.stringContaining('webhook_endpoint.created')]);
  });
});

/** @returns the link that is shown for passing on */
async function inviteByLink(page: Page, email: string): Promise<string> {
  await page.getByRole('button', { name: 'Invite somebody' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('E-mail').fill(email);
  await dialog.getByRole('radio', { name: /^Developer/ }).check();
  await dialog.getByRole('button', { name: 'Make link' }).click();
  await page.getByRole('heading', { name: 'Send them this link' }).waitFor();
  const link = await page.getByRole('dialog').locator('code').innerText();
  await page.getByRole('button', { name: 'Done' }).click();
  return link.trim();
}

/** What no script may get at: the session's own cookies. */
async function secretsOf(page: Page, others: Record<string, string>): Promise<Record<string, string>> {
  const cookies = await page.context().cookies();
  return { ...others, ...Object.fromEntries(cookies.map(({ name, value }) => [`cookie ${name}`, value])) };
}
