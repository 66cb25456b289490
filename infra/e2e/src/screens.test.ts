import { expect, it } from '@jest/globals';
import { startReceiver } from '@switchboard/faults/receiver';
import { waitFor } from '@switchboard/faults/wait-for';
import type { Page } from 'playwright-core';
import { contrastViolations, seriousViolations } from './browser/accessibility.js';
import { SCREENS } from './browser/screens.js';
import type { Visit } from './browser/visit.js';
import { untilLoaded } from './screenshots/pictures.js';
import type { StackTenant } from './stack/tenants.js';
import { describeInBrowser, type BrowserSuite } from './testing/describe-in-browser.js';

/** Each width is looked at in full once; with the other colours its structure is the same. */
const LOOKS = [
  { colorScheme: 'light', width: 1280, faultsOf: seriousViolations },
  { colorScheme: 'dark', width: 1280, faultsOf: contrastViolations },
  { colorScheme: 'dark', width: 380, faultsOf: seriousViolations },
  { colorScheme: 'light', width: 380, faultsOf: contrastViolations },
] as const;

describeInBrowser('Every screen', (suite) => {
  it('has no serious fault for axe and no sideways scrolling, in light and dark, wide and narrow', async () => {
    const tenant = await aBusyTenant(suite);
    const made = await suite.visit({ as: tenant.owner });
    made.complaints.expectStatus(401);
    const faults: string[] = [];
    const [endpoint] = (await tenant.portal.request<{ id: string; url: string }[]>('GET', '/webhooks')).data;
    const webhook = { name: 'webhook', path: `/webhooks/${endpoint?.id}`, title: /127\.0\.0\.1/ };
    for (const { name, path, title } of [...SCREENS, webhook]) {
      await made.open(path);
      await made.page.getByRole('heading', { name: title, level: 1 }).waitFor();
      await untilLoaded(made.page);
      faults.push(...(await faultsInEachLook(made, name)));
    }
    await made.context.clearCookies();
    await made.open('/sign-in');
    await made.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    faults.push(...(await faultsInEachLook(made, 'sign-in')));
    expect(faults).toEqual([]);
  }, 120_000);

  it('has no serious fault with its dialogs and panels open', async () => {
    const tenant = await aBusyTenant(suite);
    const { page, open } = await suite.visit({ as: tenant.owner });
    const faults: string[] = [];
    const look = async (name: string) => {
      await page.getByRole('dialog').first().waitFor();
      await untilLoaded(page);
      faults.push(...(await seriousViolations(page)).map((fault) => `${name}: ${fault}`));
    };
    for (const path of ['/keys?add=1', '/webhooks?add=1']) {
      await open(path);
      await look(path);
    }
    await open('/deliveries');
    await page.locator('[data-row]').first().click();
    await look('/deliveries with a panel');
    await open('/people');
    await page.getByRole('button', { name: 'Invite somebody' }).click();
    await look('/people, inviting');
    expect(faults).toEqual([]);
  });

  it('shows a viewer everything and lets them do nothing; the server refuses the same requests with 403', async () => {
    const tenant = await aBusyTenant(suite);
    const viewer = await tenant.addPerson('viewer');
    const { page, open, context } = await suite.visit({ as: viewer });
    const offered: string[] = [];
    for (const { name, path, title } of SCREENS) {
      await open(path);
      await page.getByRole('heading', { name: title, level: 1 }).waitFor();
      await untilLoaded(page);
      offered.push(...(await enabledActions(page)).map((action) => `${name}: ${action}`));
    }
    expect(offered).toEqual([]);
    await page.getByRole('row', { name: new RegExp(tenant.owner.email) }).waitFor();
    // What a key’s menu lists is there to say why it cannot be done.
    await open('/keys');
    await page.getByRole('button', { name: 'Actions for Booking site' }).click();
    await page.getByRole('menuitem').first().waitFor();
    expect(await page.getByRole('menuitem', { disabled: false }).count()).toBe(0);

    const { csrf_token } = await dataOf<{ csrf_token: string }>(context, 'GET', '/session');
    const [endpoint] = await dataOf<{ id: string }[]>(context, 'GET', '/webhooks');
    const [key] = await dataOf<{ id: string }[]>(context, 'GET', '/keys');
    const [delivery] = await dataOf<{ id: string }[]>(context, 'GET', '/deliveries');
    for (const [method, path, data] of [
      ['POST', '/keys', { name: 'Mine', mode: 'test' }],
      ['POST', `/keys/${key?.id}/revoke`, undefined],
      ['POST', `/keys/${key?.id}/roll`, { overlap_hours: 1 }],
      ['DELETE', `/keys/${key?.id}`, undefined],
      ['POST', '/webhooks', { url: 'https://example.com/hook', event_types: ['*'] }],
      ['PATCH', `/webhooks/${endpoint?.id}`, { enabled: false }],
      ['POST', `/webhooks/${endpoint?.id}/rotate-secret`, { overlap_hours: 1 }],
      ['POST', `/webhooks/${endpoint?.id}/test`, {}],
      ['DELETE', `/webhooks/${endpoint?.id}`, undefined],
      ['POST', `/deliveries/${delivery?.id}/replay`, undefined],
      ['POST', '/replays', { endpoint_id: endpoint?.id, status: 'dead' }],
      ['POST', '/people/invitations', { email: 'friend@acme.example', role: 'owner' }],
    ] as const) {
      const answer = await context.request.fetch(`/settings/api${path}`, {
        method,
        headers: { accept: 'application/json', 'x-csrf-token': csrf_token },
        ...(data && { data }),
      });
      expect({ method, path, status: answer.status() }).toEqual({ method, path, status: 403 });
    }
  });
});

/** With deliveries of each kind: arrived, failed for good, still to be tried. */
async function aBusyTenant(suite: BrowserSuite): Promise<StackTenant> {
  const tenant = await suite.stack.newTenant();
  const [good, bad] = await Promise.all([startReceiver(), startReceiver(() => ({ status: 500, body: 'no' }))]);
  await tenant.addEndpoint({ url: good.url, description: 'The calendar' });
  await tenant.addEndpoint({ url: bad.url, max_attempts: 1 });
  for (let booking = 0; booking < 3; booking += 1) await tenant.book();
  await waitFor('all were tried', () => good.posts.length === 3 && bad.posts.length === 3);
  await Promise.all([good.stop(), bad.stop()]);
  return tenant;
}

async function faultsInEachLook({ page }: Visit, screen: string): Promise<string[]> {
  const faults: string[] = [];
  for (const { colorScheme, width, faultsOf } of LOOKS) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 800 });
    // Once before anything is drawn again for the new width, once when it is.
    const before = await overhangOf(page);
    const found = await faultsOf(page);
    const overhang = Math.max(before, await overhangOf(page));
    if (overhang > 0) found.push(`it scrolls sideways by ${overhang} px`);
    faults.push(...found.map((fault) => `${screen}, ${colorScheme}, ${width}: ${fault}`));
  }
  return faults;
}

/** By how many pixels the page is wider than its window. */
function overhangOf(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
}

const ACTIONS =
  /^(Create|Add|Invite|Revoke|Delete|Roll|Rotate|Replay|Send( a)? test|Enable|Disable|Edit|Change .+|Recover|Withdraw)/;

/** Whatever somebody could press here that changes something. */
async function enabledActions(page: Page): Promise<string[]> {
  const buttons = await page.getByRole('button', { name: ACTIONS, disabled: false }).all();
  return Promise.all(buttons.map(async (button) => (await button.getAttribute('aria-label')) ?? button.innerText()));
}

async function dataOf<T>(context: Visit['context'], method: string, path: string): Promise<T> {
  const answer = await context.request.fetch(`/settings/api${path}`, {
    method,
    headers: { accept: 'application/json' },
  });
  expect(answer.status()).toBe(200);
  return ((await answer.json()) as { data: T }).data;
}
