import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { createAddressPolicy } from './address-policy.js';
import { checkWebhookUrl, type UrlPolicy } from './url-policy.js';

interface Vectors {
  refused: string[];
  allowed: string[];
}

// Kept beside the repository, where the acceptance checks of the project read the same file.
const vectorsFile = new URL('../../../../../shared/vectors/bad-urls.json', import.meta.url);
const vectors = JSON.parse(readFileSync(vectorsFile, 'utf8')) as Vectors;

const strict: UrlPolicy = { addresses: createAddressPolicy({ allowedPrivateNetworks: [] }), allowHttp: true };
const local: UrlPolicy = {
  addresses: createAddressPolicy({ allowedPrivateNetworks: ['127.0.0.0/8', '10.1.0.0/16', '::1/128'] }),
  allowHttp: true,
};

const reasonOf = (raw: string, policy = strict) => {
  const checked = checkWebhookUrl(raw, policy);
  return checked.ok ? `accepted as ${checked.url}` : checked.reason;
};

describe('the shared vectors', () => {
  it.each(vectors.refused)('refuse %j', (url) => {
    expect(checkWebhookUrl(url, strict)).toEqual({ ok: false, reason: expect.stringMatching(/^[A-Z].{10,}\.$/) });
  });

  it('repeat no path, query or password in the reason', () => {
    for (const url of vectors.refused) expect(reasonOf(url)).not.toMatch(/passwd|latest|pass@/);
  });

  it.each(vectors.allowed)('allow %j', (url) => {
    expect(checkWebhookUrl(url, strict)).toEqual({ ok: true, url });
  });
});

describe('a webhook URL that is accepted', () => {
  it.each([
    ['https://EXAMPLE.com', 'https://example.com/'],
    ['HTTPS://example.com/Hooks?A=b', 'https://example.com/Hooks?A=b'],
    ['https://example.com:443/', 'https://example.com/'],
    ['http://example.com:80/', 'http://example.com/'],
    ['https://example.com/a/../b', 'https://example.com/b'],
    ['https://bücher.example/hooks', 'https://xn--bcher-kva.example/hooks'],
    ['https://BÜCHER.Example/', 'https://xn--bcher-kva.example/'],
    ['https://例え.jp/', 'https://xn--r8jz45g.jp/'],
    ['https://example.com/größe?q=ü', 'https://example.com/gr%C3%B6%C3%9Fe?q=%C3%BC'],
    ['https://example.com/@user/hook?mail=a@b', 'https://example.com/@user/hook?mail=a@b'],
    ['https://example.com/%5C%20?next=http://10.0.0.1/', 'https://example.com/%5C%20?next=http://10.0.0.1/'],
    ['https://hook_receiver.example.com/', 'https://hook_receiver.example.com/'],
    ['https://[2606:4700:4700:0:0::1111]/', 'https://[2606:4700:4700::1111]/'],
    ['https://[2606:4700:4700::1111]:8443/', 'https://[2606:4700:4700::1111]:8443/'],
    ['https://localhost.example.com/', 'https://localhost.example.com/'],
    ['https://notlocal.example.com/', 'https://notlocal.example.com/'],
    ['https://the.locals/', 'https://the.locals/'],
  ])('is normalised: %j', (raw, normalised) => {
    expect(checkWebhookUrl(raw, strict)).toEqual({ ok: true, url: normalised });
    expect(checkWebhookUrl(normalised, strict)).toEqual({ ok: true, url: normalised });
  });

  it('has a port that is 80, 443, or from 1024 on', () => {
    for (const port of [80, 443, 1024, 3000, 4000, 8000, 8080, 8443, 8888, 9000, 9443, 32_768, 49_152, 65_535]) {
      expect(reasonOf(`https://example.com:${port}/`)).toMatch('accepted');
    }
  });

  it('may be any port that Linux picks for a developer’s receiver', () => {
    const refused = Array.from({ length: 65_536 - 32_768 }, (_, offset) => 32_768 + offset).filter(
      (port) => !checkWebhookUrl(`http://127.0.0.1:${port}/`, local).ok,
    );
    expect(refused).toEqual([]);
  });
});

describe('opened private networks', () => {
  it.each([
    ...['http://127.0.0.1:4000/hooks', 'http://127.8.9.10/', 'http://10.1.2.3:8080/', 'http://[::1]:4000/'],
    ...[
      'http://[::ffff:7f00:1]:4000/',
      'http://localhost:4000/',
      'http://receiver.localhost:4000/',
      'https://example.com/',
    ],
  ])('let %s pass', (url) => {
    expect(checkWebhookUrl(url, local)).toEqual({ ok: true, url });
  });

  it.each([
    ...['http://10.2.0.1/', 'http://169.254.169.254/', 'http://[fe80::1]/', 'http://localhost./', 'http://redis/'],
    ...[
      'http://metadata.google.internal/',
      'http://user@127.0.0.1/',
      'http://127.0.0.1\\@example.com/',
      'http:127.0.0.1/',
    ],
  ])('do not let %s pass', (url) => {
    expect(checkWebhookUrl(url, local).ok).toBe(false);
  });

  it('let localhost pass only where loopback is opened', () => {
    const addresses = createAddressPolicy({ allowedPrivateNetworks: ['10.0.0.0/8'] });
    expect(checkWebhookUrl('http://localhost:4000/', { addresses, allowHttp: true }).ok).toBe(false);
  });
});
