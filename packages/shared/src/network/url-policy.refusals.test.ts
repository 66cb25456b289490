import { describe, expect, it } from '@jest/globals';
import { createAddressPolicy } from './address-policy.js';
import { checkWebhookUrl, type UrlPolicy } from './url-policy.js';

const strict: UrlPolicy = { addresses: createAddressPolicy({ allowedPrivateNetworks: [] }), allowHttp: true };
const httpsOnly: UrlPolicy = { ...strict, allowHttp: false };
const local: UrlPolicy = {
  addresses: createAddressPolicy({ allowedPrivateNetworks: ['127.0.0.0/8', '10.1.0.0/16', '::1/128'] }),
  allowHttp: true,
};

const reasonOf = (raw: string, policy = strict) => {
  const checked = checkWebhookUrl(raw, policy);
  return checked.ok ? `accepted as ${checked.url}` : checked.reason;
};

describe('a webhook URL that is refused', () => {
  it.each([
    [
      'white space around it',
      ' https://example.com/',
      'https://example.com/ ',
      '\thttps://example.com/',
      'https://example.com/\n',
    ],
    [
      'white space within',
      'https://exam ple.com/',
      'https://example.com/a b',
      'ht\ntps://example.com/',
      'https://example.com/\r\nHost: x',
    ],
    [
      'control characters',
      'https://example.com/\u0000',
      '\u0001https://example.com/',
      'https://example.com/\u007f',
      'https://example.com/\u0085',
    ],
    [
      'invisible characters',
      'https://exam\u00adple.com/',
      'https://127\u200b.0.0.1/',
      '\ufeffhttps://example.com/',
      'https://example.com/\u202e',
    ],
    ['unpaired surrogates', 'https://example.com/\ud800'],
    [
      'backslashes',
      'https:\\\\example.com\\',
      'https://example.com\\@10.0.0.1/',
      'https://example.com/\\',
      'https://10.0.0.1\\.example.com/',
    ],
    ['a fragment', 'https://example.com/#', 'https://example.com/#part', 'https://example.com#@10.0.0.1/'],
    [
      'a scheme without //',
      'https:example.com',
      'https:/example.com',
      'http:10.0.0.1',
      '//example.com',
      'example.com',
      '/hooks',
    ],
    ['no host', 'https://', 'https:///example.com', 'https://?x', 'https://:443/', 'https:////example.com/'],
    [
      'another scheme',
      'ws://example.com/',
      'data:text/plain,x',
      'blob:https://example.com/',
      'httpss://example.com/',
      'http+unix://%2frun/',
    ],
    [
      'credentials',
      'https://user@example.com/',
      'https://:pass@example.com/',
      'https://@example.com/',
      'https://example.com%40@10.0.0.1/',
    ],
    [
      'a percent-encoded host',
      'http://127%2e0.0.1/',
      'http://%31%32%37.0.0.1/',
      'http://example%2ecom/',
      'http://127.0.0.1%00.example.com/',
    ],
    [
      'a host that cannot be read',
      'https://exa<mple.com/',
      'https://a^b.com/',
      'https://[::1/',
      'https://::1/',
      'https://[::1]x/',
      'https://xn--a.com/',
    ],
    [
      'a broken port',
      'https://example.com:/',
      'https://example.com:0443/',
      'https://example.com:+443/',
      'https://example.com:4x/',
      'https://example.com:80:80/',
      'https://example.com:-1/',
      'https://example.com:99999999999/',
      'https://example.com:４４３/',
    ],
  ])('for %s', (_what, ...urls) => {
    for (const url of urls) expect([url, checkWebhookUrl(url, strict).ok]).toEqual([url, false]);
  });

  it.each([
    ['in decimal', '2130706433', '3232235521', '0', '4294967295', '016777343'],
    ['in octal', '0177.0.0.1', '017700000001', '127.0.0.01', '0300.0250.0.1', '012.0.0.1'],
    ['in hexadecimal', '0x7f000001', '0x7f.0.0.1', '0X7F.1', '0xa9fea9fe', '0x0.0x0.0x0.0x0', '0x'],
    ['in short', '127.1', '127.0.1', '10.1', '192.168.257'],
    ['with a dot at its end', '127.0.0.1.', '10.0.0.1.', '127.1.'],
    ['in fullwidth digits', '１２７.0.0.1', '１２７．０．０．１', '0ｘ7f.1'],
    ['in circled or superscript digits', '①②⑦.⓪.⓪.①', '¹²⁷.0.0.1', '127.⁰.0.1', '𝟏𝟐𝟕.0.0.1'],
    ['with other full stops', '127。0。0。1', '127．0．0．1', '127｡0｡0｡1', '169。254.169。254'],
    ['with ignored characters', '127.0.0.1\ufe0f', '1\u034f27.0.0.1', '127.0.0.\u2060１'],
  ])('for an IPv4 address written %s, private or not', (_what, ...hosts) => {
    for (const host of hosts) expect([host, checkWebhookUrl(`http://${host}/`, strict).ok]).toEqual([host, false]);
    for (const host of hosts) expect([host, checkWebhookUrl(`http://${host}/`, local).ok]).toEqual([host, false]);
  });

  it('for a public address in any but the canonical form, because two parsers read it differently', () => {
    for (const host of [
      '1572395022',
      '0x5db8d70e',
      '0135.184.215.14',
      '93.12113678',
      '93.184.215.14.',
      '９３.184.215.14',
    ]) {
      expect([host, checkWebhookUrl(`http://${host}/`, strict).ok]).toEqual([host, false]);
    }
    expect(checkWebhookUrl('http://93.184.215.14/', strict).ok).toBe(true);
  });

  it.each([
    ...[
      '[::]',
      '[::1]',
      '[0:0:0:0:0:0:0:1]',
      '[::ffff:10.0.0.1]',
      '[::ffff:0a00:1]',
      '[::10.0.0.1]',
      '[64:ff9b::10.0.0.1]',
    ],
    ...[
      '[2002:a00:1::]',
      '[2001::1]',
      '[fe80::1]',
      '[fe80::1%25lo]',
      '[fe80::1%lo]',
      '[fd00::1]',
      '[ff02::1]',
      '[v1.x]',
      '[1.2.3.4]',
      '[]',
    ],
  ])('for the IPv6 literal %s', (host) => {
    expect(checkWebhookUrl(`http://${host}/`, strict).ok).toBe(false);
    expect(checkWebhookUrl(`http://${host}:8080/hooks`, strict).ok).toBe(false);
  });

  it.each([
    ...[
      'localhost',
      'LOCALHOST',
      'a.b.localhost',
      'localhost.',
      'ｌｏｃａｌｈｏｓｔ',
      'ⓛⓞⓒⓐⓛⓗⓞⓢⓣ',
      'redis',
      'kubernetes',
      'ai',
    ],
    ...[
      'printer.local',
      'box.localdomain',
      'vault.internal',
      'x.corp',
      'x.lan',
      'router.home.arpa',
      'home.arpa',
      'x.home',
    ],
    ...[
      'metadata.google.internal',
      'METADATA.GOOGLE.INTERNAL',
      'metadata.goog',
      'x.metadata.goog',
      'metadata.tencentyun.com',
    ],
    ...[
      'redis.default.svc',
      'kubernetes.default.svc.cluster.local',
      'db.service.consul',
      'example.com.',
      'example.com..',
    ],
    ...[
      'example..com',
      '.example.com',
      '-a.example.com',
      'a-.example.com',
      '*.example.com',
      'a,b.example.com',
      "a'b.example.com",
    ],
    ...[
      `${'a'.repeat(64)}.example.com`,
      `${'a.'.repeat(130)}com`,
      'example。com',
      'ｅｘａｍｐｌｅ.com',
      'exam\u2024ple.com',
      'ﬁ.example',
    ],
  ])('for the host name %j', (host) => {
    expect(checkWebhookUrl(`https://${host}/`, strict).ok).toBe(false);
  });

  it.each([
    ...[0, 1, 21, 22, 25, 53, 79, 81, 110, 111, 389, 442, 444, 445, 465, 587, 636, 853, 873, 993, 1023, 65_536, 70_000],
    ...[
      1433, 1521, 2049, 2181, 2375, 2376, 2379, 2380, 3306, 3389, 4369, 5432, 5672, 5900, 5984, 6000, 6379, 6443, 6667,
    ],
    ...[7000, 7001, 8500, 9042, 9092, 9200, 9300, 10250, 11211, 11434, 16379, 25672, 26379, 27017, 27018, 27019],
  ])('for port %d, in an opened network too', (port) => {
    expect(reasonOf(`https://example.com:${port}/`)).toMatch(/port/i);
    expect(reasonOf(`http://127.0.0.1:${port}/`, local)).toMatch(/port/i);
  });

  it('for plain http where that is not allowed, in an opened network too', () => {
    expect(reasonOf('http://example.com/', httpsOnly)).toBe(
      'The URL must start with https://; plain http is not allowed.',
    );
    expect(checkWebhookUrl('http://127.0.0.1:4000/', { ...local, allowHttp: false }).ok).toBe(false);
    expect(checkWebhookUrl('https://example.com/', httpsOnly).ok).toBe(true);
  });

  it('for more than 2,048 characters, as written or as encoded', () => {
    const prefix = 'https://example.com/';
    expect(checkWebhookUrl(prefix + 'x'.repeat(2_048 - prefix.length), strict).ok).toBe(true);
    expect(checkWebhookUrl(prefix + 'x'.repeat(2_049 - prefix.length), strict).ok).toBe(false);
    expect(checkWebhookUrl(prefix + 'ü'.repeat(500), strict).ok).toBe(false);
    expect(checkWebhookUrl('x'.repeat(10_000_000), strict).ok).toBe(false);
  });

  it('says why in plain words, without path or query, which may hold secrets', () => {
    expect(reasonOf('http://10.1.2.3/?token=s3cret')).toBe(
      'The host is a private address; webhooks are not sent there.',
    );
    expect(reasonOf('http://[::ffff:7f00:1]/')).toBe(
      'The host is an IPv4-mapped address; webhooks are not sent there.',
    );
    expect(reasonOf('http://metadata.google.internal/')).toMatch(/\.internal/);
    expect(reasonOf('https://example.com:6379/')).toMatch('Port 6379');
    expect(reasonOf('https://user:pass@example.com/')).toMatch(/user name or password/);
    expect(reasonOf('https://127%2e0.0.1/')).toMatch(/percent-encoded/);
    expect(reasonOf('https://example.com./')).toMatch(/end with a dot/);
  });
});
