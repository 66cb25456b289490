import { expect, it } from '@jest/globals';
import { waitFor } from '@switchboard/faults/wait-for';
import { startReceiver } from '@switchboard/faults/receiver';
import { filesWith, watchScripts } from './browser/scripts.js';
import { signInContext } from './browser/visit.js';
import { describeInBrowser } from './testing/describe-in-browser.js';

/** Of scripts, compressed, on the first load after somebody has signed in. */
const BUDGET_BYTES = 200_000;

describeInBrowser('The page in a browser', (suite) => {
  it('comes with a strict content security policy, without a script in it, and is kept by nobody', async () => {
    const response = await fetch(`${suite.stack.url}/settings/api/keys`, { headers: { accept: 'text/html' } });
    const policy = (response.headers.get('content-security-policy') ?? '').split('; ');
    expect(policy).toEqual(
      expect.arrayContaining([
        ...[`default-src 'none'`, `script-src 'self'`, `style-src 'self'`, `connect-src 'self'`],
        ...[`base-uri 'none'`, `form-action 'self'`, `frame-ancestors 'none'`],
      ]),
    );
    expect(policy.join(' ')).not.toMatch(/unsafe|\*|blob:|https?:/);
    expect(response.headers.get('x-frame-options')).toBe('DENY');
    expect(response.headers.get('cache-control')).toBe('no-store');

    const html = await response.text();
    const scripts = [...html.matchAll(/<script\b([^>]*)>([^<]*)<\/script>/g)];
    expect(scripts.length).toBeGreaterThan(0);
    for (const [, attributes, inside] of scripts) {
      expect(attributes).toMatch(/src="\/settings\/api\/[^"]+"/);
      expect(inside).toBe('');
    }
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=/i);
  });

  it('runs no script that stands in the page: the policy is in force', async () => {
    const { owner } = await suite.stack.newTenant();
    const { page, open, complaints } = await suite.visit({ as: owner });
    complaints.expectText(/Content Security Policy/);
    await open('/keys');
    await page.getByRole('heading', { name: 'API keys' }).waitFor();
    const ran = await page.evaluate<boolean>(`(() => {
      const script = document.createElement('script');
      script.textContent = 'window.ran = true';
      document.body.append(script);
      return window.ran === true;
    })()`);
    expect(ran).toBe(false);
  });

  it('loads less than 200 KB of scripts at first; charts and highlighting come when they are needed', async () => {
    const receiver = await startReceiver();
    const tenant = await suite.stack.newTenant();
    const { page, open, context } = await suite.visit({ as: tenant.owner });
    const scripts = watchScripts(page);
    await open('/');
    await page.getByText(`Welcome, ${tenant.name}`).waitFor();
    const first = await scripts.loaded();
    const total = first.reduce((sum, { bytes }) => sum + bytes, 0);
    console.log(`First load: ${Math.round(total / 1_000)} KB of scripts in ${first.length} files.`);
    // The smallest gain nothing by it.
    expect(first.filter(({ bytes, encoding }) => bytes > 2_000 && encoding !== 'gzip')).toEqual([]);
    expect(total).toBeLessThan(BUDGET_BYTES);

    const charts = filesWith('deliveries-chart');
    const highlighting = filesWith('ui/highlight');
    expect([charts.length, highlighting.length]).toEqual([1, 1]);
    const names = async () => (await scripts.loaded()).map(({ file }) => file);
    expect(await names()).not.toContain(charts[0]);
    expect(await names()).not.toContain(highlighting[0]);

    const busy = await suite.stack.newTenant();
    await busy.addEndpoint({ url: receiver.url });
    await busy.book();
    await waitFor('it was delivered', () => receiver.posts.length === 1);
    await signInContext(context, busy.owner);
    await open('/');
    await waitFor('the chart is loaded', async () => (await names()).includes(charts[0] as string));
    await open('/docs');
    await waitFor('highlighting is loaded', async () => (await names()).includes(highlighting[0] as string));
    await receiver.stop();
  });

  it('asks somebody whose session has ended to sign in, and goes on where they were', async () => {
    const { owner } = await suite.stack.newTenant();
    const { page, open, context, complaints } = await suite.visit({ as: owner });
    complaints.expectStatus(401);
    await open('/keys');
    await page.getByRole('row', { name: /Booking site/ }).waitFor();

    await context.clearCookies();
    await page.getByRole('link', { name: 'People' }).click();
    const dialog = page.getByRole('dialog', { name: 'You have been signed out' });
    await dialog.getByLabel('Password').fill(owner.password);
    await dialog.getByRole('button', { name: 'Sign in' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('row', { name: new RegExp(owner.email) }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/settings/api/people');
  });

  it('goes out of the account on signing out, in the browser and on the server', async () => {
    const { owner } = await suite.stack.newTenant();
    const { page, open, context, complaints } = await suite.visit({ as: owner });
    complaints.expectStatus(401);
    await open('/');
    const before = await context.cookies();
    await page.getByRole('button', { name: 'Your settings' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await context.cookies()).toEqual([]);
    // Whoever kept the old cookies has nothing of them.
    await context.addCookies(before);
    expect(
      (await context.request.get('/settings/api/keys', { headers: { accept: 'application/json' } })).status(),
    ).toBe(401);
  });

  it('says that the network is gone, keeps what it shows, and catches up', async () => {
    const { owner } = await suite.stack.newTenant();
    const { page, open, context, complaints } = await suite.visit({ as: owner });
    complaints.expectUnreachable();
    await open('/keys');
    await page.getByRole('row', { name: /Booking site/ }).waitFor();
    await context.setOffline(true);
    await page.getByText(/You are offline/).waitFor();
    await page.getByRole('row', { name: /Booking site/ }).waitFor();
    await context.setOffline(false);
    await page.getByText(/You are offline/).waitFor({ state: 'detached' });
  });

  it('says what to do in an empty account', async () => {
    const { owner } = await suite.stack.newTenant();
    const { page, open } = await suite.visit({ as: owner });
    for (const [path, words] of [
      ['/', 'Make an API key'],
      ['/webhooks', 'No webhooks yet'],
      ['/deliveries', 'No deliveries yet'],
      ['/deliveries?status=dead', 'No delivery matches'],
    ] as const) {
      await open(path);
      await page.getByText(words).first().waitFor();
    }
  });

  it('shows another screen for an address that leads nowhere, in the page’s own words', async () => {
    const { owner } = await suite.stack.newTenant();
    const { page, open, complaints } = await suite.visit({ as: owner });
    complaints.expectStatus(404);
    await open('/nowhere');
    await page.getByText('There is no such page').waitFor();
    await page.getByRole('link', { name: 'Go to the overview' }).click();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
  });

  it('says in plain words that the server is away, and goes on when it is back', async () => {
    const { owner } = await suite.stack.newTenant();
    const { page, open, complaints } = await suite.visit({ as: owner });
    complaints.expectUnreachable();
    // React says so in the console where a screen’s code did not come.
    complaints.expectText(/^ApiError: The server could not be reached/);
    await open('/people');
    await page.getByRole('row', { name: new RegExp(owner.email) }).waitFor();
    // Pointing at a link fetches its screen ahead; of the other not even the code is here when the server goes.
    await page.getByRole('link', { name: 'API keys' }).hover();
    await page.waitForResponse(/keys-screen/);
    await suite.stack.services.api().kill();
    await page.getByRole('link', { name: 'API keys' }).click();
    await page.getByText('No connection').waitFor();
    await page.getByRole('link', { name: 'Audit log' }).click();
    await page.getByText('No connection').waitFor();
    const again = page.getByRole('button', { name: 'Try again' }).first();
    await again.waitFor();
    await suite.stack.restartApi();
    await again.click();
    await page.getByRole('heading', { name: 'Audit log' }).waitFor();
    await page.getByRole('link', { name: 'API keys' }).click();
    await page.getByRole('row', { name: /Booking site/ }).waitFor();
  });
});
