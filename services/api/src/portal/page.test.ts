import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { expectError } from '../testing/answers.js';
import { startTestApi, type TestApi } from '../testing/test-api.js';

const SCRIPT = 'console.log("the page")';
const NAVIGATION = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8';

let api: TestApi;
let framed: TestApi;
let unbuilt: TestApi;
const folder = mkdtempSync(path.join(tmpdir(), 'portal-page-'));

beforeAll(async () => {
  mkdirSync(path.join(folder, 'assets'));
  writeFileSync(path.join(folder, 'index.html'), '<!doctype html><title>Portal</title>');
  writeFileSync(path.join(folder, 'theme.js'), SCRIPT);
  writeFileSync(path.join(folder, 'assets/index-abc123.js'), SCRIPT);
  writeFileSync(path.join(folder, 'assets/index-abc123.js.gz'), gzipSync(SCRIPT));
  writeFileSync(path.join(folder, 'assets/plain-abc123.css'), 'body{}');
  api = await startTestApi({ portalFolder: folder });
  framed = await startTestApi({
    portalFolder: folder,
    frameAncestors: ['https://app.kaivox.example', 'https://*.b.example'],
  });
  unbuilt = await startTestApi({ portalFolder: path.join(folder, 'missing') });
});
afterAll(async () => {
  await Promise.all([api.close(), framed.close(), unbuilt.close()]);
  rmSync(folder, { recursive: true });
});

const navigate = (to: string, on = api) => on.http.get(to).set('Accept', NAVIGATION);

describe('the page', () => {
  it.each(['', '/', '/keys', '/webhooks/whe_1', '/open', '/a/screen/of/tomorrow'])(
    'is what a browser gets that navigates to /settings/api%s',
    async (below) => {
      const answer = await navigate(`/settings/api${below}`);
      expect(answer.status).toBe(200);
      expect(answer.text).toContain('<title>Portal</title>');
      expect(answer.headers).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-store',
        vary: 'Accept',
      });
    },
  );

  it('is not what a program gets: the same address asked for JSON, or for anything, is data', async () => {
    for (const accept of ['application/json', '*/*']) {
      expectError(await api.http.get('/settings/api/webhooks').set('Accept', accept), 'unauthorized');
    }
    expectError(await api.http.get('/settings/api/nothing').set('Accept', 'application/json'), 'unauthorized');
  });

  it('is not what a download gets, which a browser asks for as it asks for a page', async () => {
    expectError(await navigate('/settings/api/audit.csv'), 'unauthorized');
  });

  it('may load nothing from elsewhere, run nothing inline, and be shown in no frame', async () => {
    const { headers } = await navigate('/settings/api');
    expect(headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
        "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    expect(headers).toMatchObject({ 'x-frame-options': 'DENY', 'x-content-type-options': 'nosniff' });
  });

  it('may be shown in frames of the sites that are configured, and of no others', async () => {
    const { headers } = await navigate('/settings/api', framed);
    expect(headers['content-security-policy']).toMatch(
      /frame-ancestors https:\/\/app\.kaivox\.example https:\/\/\*\.b\.example$/,
    );
    expect(headers['x-frame-options']).toBeUndefined();
  });

  it('says what to do where it was not built', async () => {
    const answer = await navigate('/settings/api', unbuilt);
    expect(answer.status).toBe(503);
    expect(answer.text).toContain('npm run build');
  });
});

describe('the page’s files', () => {
  it('are kept for a year, for their names change with their content', async () => {
    const answer = await api.http.get('/settings/api/assets/plain-abc123.css');
    expect(answer.text).toBe('body{}');
    expect(answer.headers).toMatchObject({
      'content-type': 'text/css; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
    });
  });

  it('come compressed where the build has them so and the browser takes it', async () => {
    const script = () => api.http.get('/settings/api/assets/index-abc123.js');
    const compressed = await script().set('Accept-Encoding', 'gzip, br');
    expect(compressed.headers).toMatchObject({
      'content-encoding': 'gzip',
      'content-type': 'text/javascript; charset=utf-8',
      vary: 'Accept-Encoding',
    });
    expect(compressed.text).toBe(SCRIPT);
    const plain = await script().set('Accept-Encoding', 'identity');
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(plain.text).toBe(SCRIPT);
  });

  it('that stand beside the page are asked for anew each time', async () => {
    const answer = await api.http.get('/settings/api/theme.js');
    expect(answer.headers['cache-control']).toBe('public, max-age=0');
    expect(answer.text).toBe(SCRIPT);
  });

  it.each([
    '/settings/api/assets/index-000000.js',
    '/settings/api/assets/..%2findex.html',
    '/settings/api/assets/..%2f..%2fpackage.json',
    '/settings/api/assets/.env',
    '/settings/api/other.js',
  ])('%s is no file', async (file) => {
    const answer = await api.http.get(file).set('Accept', 'application/json');
    expect([401, 404]).toContain(answer.status);
    expect(answer.headers['cache-control']).toBe('no-store');
  });
});
