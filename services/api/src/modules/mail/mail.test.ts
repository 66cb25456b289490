import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import type { Tenant } from '../../testing/actors.js';
import { anEmail, type Person } from '../../testing/people.js';
import { freePort } from '../../testing/ports.js';
import { startTestApi, type TestApi } from '../../testing/test-api.js';
import { createMailer } from './mailer.js';

interface Taken {
  to: string[];
  message: string;
}

const taken: Taken[] = [];
/** A real SMTP server, which takes mail for everybody but one. */
const smtp = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  onRcptTo: ({ address }, _session, callback) =>
    callback(address.startsWith('unknown') ? Object.assign(new Error('No such mailbox'), { responseCode: 550 }) : null),
  onData: (stream, { envelope }, callback) => {
    void text(stream).then((message) => {
      taken.push({ to: envelope.rcptTo.map(({ address }) => address), message });
      callback();
    });
  },
});

let api: TestApi;
let tenant: Tenant;
let owner: Person;

beforeAll(async () => {
  await new Promise<void>((resolve) => void smtp.listen(0, '127.0.0.1', resolve));
  const { port } = smtp.server.address() as AddressInfo;
  const mailer = createMailer({ smtpUrl: `smtp://127.0.0.1:${port}`, from: 'KaiVox <no-reply@kaivox.example>' });
  api = await startTestApi({ mailer, publicUrl: 'https://api.kaivox.example', brand: 'KaiVox' });
  tenant = await api.createTenant({ name: 'Zoë’s Studio\r\nBcc: everybody@example.com' });
  owner = await api.signIn(tenant, 'owner');
});
afterAll(async () => {
  await api.close();
  await new Promise<void>((resolve) => smtp.close(resolve));
});

const invite = (email: string, person = owner) =>
  person.post('/settings/api/people/invitations').send({ email, role: 'viewer' });

/** What quoted-printable lines say. */
const decoded = (message: string) =>
  message
    .replaceAll(/=\r?\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number(`0x${hex}`)));

describe('an invitation, with a mail server', () => {
  it('is sent to whom it is for, and the answer holds no link', async () => {
    const email = anEmail();
    const { data } = (await invite(email)).body;
    expect(data).toMatchObject({ email, emailed: true, link: null });
    const sent = taken.find(({ to }) => to.includes(email));
    const message = decoded(sent?.message ?? '');
    expect(message).toContain('From: KaiVox <no-reply@kaivox.example>');
    expect(message).toContain(`${owner.email} invites you`);
    const link = /https:\/\/api\.kaivox\.example\/settings\/api\/invitation#([\w-]{43})/.exec(message);
    const shown = await api.http.post('/settings/api/invitations/show').send({ token: link?.[1] });
    expect(shown.body.data).toMatchObject({ email, role: 'viewer' });
  });

  it('goes to nobody else, whatever the tenant is called', async () => {
    const email = anEmail();
    await invite(email);
    const sent = taken.find(({ to }) => to.includes(email));
    expect(sent?.to).toEqual([email]);
    expect(sent?.message).not.toMatch(/^Bcc:/m);
  });

  it('stands where the server refuses the message: the answer holds its link', async () => {
    const { data } = (await invite(`unknown-${anEmail()}`)).body;
    expect(data).toMatchObject({ emailed: false, link: expect.stringContaining('/invitation#') });
    const token = new URL(data.link).hash.slice(1);
    expect((await api.http.post('/settings/api/invitations/show').send({ token })).status).toBe(200);
    expect(api.logLines.join('')).toContain('could not be sent by e-mail');
    expect(api.logLines.join('')).not.toContain(token);
  });

  it('stands where the server is away', async () => {
    const mailer = createMailer({ smtpUrl: `smtp://127.0.0.1:${await freePort()}`, from: 'no-reply@kaivox.example' });
    const cutOff = await startTestApi({ mailer });
    try {
      const person = await cutOff.signIn(await cutOff.createTenant(), 'owner');
      const answer = await invite(anEmail(), person);
      expect(answer.status).toBe(201);
      expect(answer.body.data).toMatchObject({ emailed: false, link: expect.stringContaining('/invitation#') });
      expect((await person.get('/settings/api/session')).body.data.emails_are_sent).toBe(true);
    } finally {
      await cutOff.close();
    }
  });
});
