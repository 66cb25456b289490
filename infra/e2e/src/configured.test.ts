import { expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import type { BrowserContext } from 'playwright-core';
import { startHost, type Host } from './browser/host.js';
import { startMailServer, type MailServer } from './stack/mail-server.js';
import type { StackTenant } from './stack/tenants.js';
import { leaksOf, tracesOf } from './browser/secrecy.js';
import { describeInBrowser } from './testing/describe-in-browser.js';

let allowed: Host;
let stranger: Host;
let mailServer: MailServer;

/** The hosts are other origins than the portal's: `localhost` is another site than `127.0.0.1`. */
const startSurroundings = async () => {
  [allowed, stranger, mailServer] = await Promise.all([startHost(), startHost(), startMailServer('mailed.example')]);
  return {
    api: {
      PORTAL_FRAME_ANCESTORS: allowed.origin,
      SMTP_URL: mailServer.url,
      MAIL_FROM: 'Switchboard <no-reply@switchboard.example>',
    },
  };
};

describeInBrowser(
  'The portal with a mail server, in another site’s page',
  (suite) => {
    it('opens in a frame of a configured origin by a one-time link, with what the link allows and no more', async () => {
      const tenant = await suite.stack.newTenant();
      const { page, context, complaints } = await suite.visit();
      // Before the link is opened nobody is signed in.
      complaints.expectStatus(401);
      const url = await newLink(tenant);
      await page.goto(allowed.showing(url));
      const frame = page.frameLocator('iframe');
      await frame.getByRole('heading', { name: 'Overview' }).waitFor();
      await frame.getByRole('link', { name: 'Webhooks' }).click();
      await frame.getByRole('button', { name: /Add/ }).first().waitFor();
      expect(await frame.getByRole('link', { name: 'People' }).count()).toBe(0);
      expect(await frame.getByRole('link', { name: 'Audit log' }).count()).toBe(0);

      await frame.getByRole('link', { name: 'API keys' }).click();
      await frame.getByRole('row', { name: /Booking site/ }).waitFor();
      expect(await frame.getByRole('button', { name: 'Create key' }).count()).toBe(0);

      const token = url.split('#')[1] as string;
      const inside = page.frames().find((each) => each.url().startsWith(suite.stack.url));
      expect(inside?.url()).not.toContain(token);
      expect(leaksOf(await tracesOf(page), { session: await sessionCookie(context) })).toEqual([]);

      // It opens once. Somebody else who has the link is too late.
      const other = await suite.visit();
      other.complaints.expectStatus(401, 404, 409, 410);
      await other.page.goto(allowed.showing(url));
      await other.page.frameLocator('iframe').getByText('This link cannot be used').waitFor();
    });

    it('is shown in no frame of another origin', async () => {
      const tenant = await suite.stack.newTenant();
      const { page, complaints } = await suite.visit();
      complaints.expectText(/frame-ancestors|Refused to frame|Framing/);
      complaints.expectUnreachable();
      const refused = page.waitForEvent('console', (message) => /frame-ancestors|Framing/.test(message.text()));
      await page.goto(stranger.showing(await newLink(tenant)));
      await refused;
      expect(await page.frameLocator('iframe').getByRole('heading').count()).toBe(0);
    });

    it('sends an invitation by e-mail; the link in it leads into the account', async () => {
      const { owner } = await suite.stack.newTenant({ name: 'Acme Dental' });
      const { page, open } = await suite.visit({ as: owner });
      const email = `mia.${randomBytes(4).toString('hex')}@mailed.example`;
      await open('/people');
      await page.getByRole('button', { name: 'Invite somebody' }).click();
      await page.getByRole('dialog').getByLabel('E-mail').fill(email);
      await page.getByRole('dialog').getByRole('button', { name: 'Send invitation' }).click();
      await page.getByText(`Invitation sent to ${email}`).first().waitFor();
      await page.getByRole('row', { name: new RegExp(email) }).waitFor();

      const mail = mailServer.mails.find(({ to }) => to.includes(email));
      expect(mail?.text).toContain(`${owner.email} invites you`);
      const link = new RegExp(`${suite.stack.url}/settings/api/invitation#[\\w-]+`).exec(mail?.text ?? '')?.[0];
      const guest = await suite.visit();
      // Nobody is signed in there until the invitation is accepted.
      guest.complaints.expectStatus(401);
      await guest.page.goto(link as string);
      await guest.page.getByRole('heading', { name: 'Join Acme Dental' }).waitFor();
      await guest.page.getByLabel('Your name').fill('Mia Mailed');
      await guest.page.getByLabel('Choose a password').fill('correct horse battery');
      await guest.page.getByRole('button', { name: 'Join' }).click();
      await guest.page.getByRole('heading', { name: 'Overview' }).waitFor();
      await page.reload();
      await page.getByRole('row', { name: new RegExp(`Mia Mailed.*${email}`) }).waitFor();
    });
  },
  startSurroundings,
);

async function newLink(tenant: StackTenant): Promise<string> {
  const answer = await tenant.api.request<{ url: string }>('POST', '/api/v1/portal-links', {
    abilities: ['view', 'webhooks:manage'],
  });
  expect(answer.status).toBe(201);
  return answer.data.url;
}

async function sessionCookie(context: BrowserContext): Promise<string> {
  const cookie = (await context.cookies()).find(({ name }) => name === 'switchboard_session');
  expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: 'None' });
  return cookie?.value ?? '';
}
