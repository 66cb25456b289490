import { describe, expect, it } from '@jest/globals';
import { checkCustomHeaders } from './custom-headers.js';

const pathsOf = (headers: Record<string, string>, brand = 'KaiVox') =>
  checkCustomHeaders(headers, brand).map(({ path }) => path);

describe('the custom headers of an endpoint', () => {
  it('may carry what a receiver needs to let the request in', () => {
    const headers = {
      Authorization: 'Bearer abc.def',
      'X-Api-Key': 'k3y!',
      'X-Team': 'blue, "green"; q=1',
      Cookie: 'a=b',
      'x-empty': '',
      'X-Kai': 'not the brand',
      'hook-id': '1',
    };
    expect(checkCustomHeaders(headers, 'KaiVox')).toEqual([]);
    expect(checkCustomHeaders({}, 'KaiVox')).toEqual([]);
  });

  it.each([
    ...[
      'Host',
      'Content-Length',
      'Transfer-Encoding',
      'Connection',
      'Keep-Alive',
      'Upgrade',
      'TE',
      'Trailer',
      'Expect',
    ],
    ...['Proxy-Authorization', 'Proxy-Connection', 'Content-Type', 'Content-Encoding', 'User-Agent', 'Accept-Encoding'],
    ...[
      'webhook-id',
      'Webhook-Timestamp',
      'WEBHOOK-SIGNATURE',
      'webhook-anything',
      'HTTP2-Settings',
      'X-Forwarded-For',
    ],
    ...['X-KaiVox-Signature', 'x-kaivox-event', 'X-KAIVOX-Whatever', 'Metadata-Flavor', 'X-aws-ec2-metadata-token'],
  ])('cannot set %s, in any case', (name) => {
    for (const variant of [name, name.toLowerCase(), name.toUpperCase()]) {
      expect(pathsOf({ [variant]: 'x' })).toEqual([`headers.${variant}`]);
    }
  });

  it('cannot set a header under the name of a prototype', () => {
    expect(pathsOf(JSON.parse('{"__proto__": "x"}') as Record<string, string>)).toEqual(['headers.__proto__']);
  });

  it.each([
    '',
    ' ',
    'X Team',
    'X-Team ',
    'X-Team:',
    'X-Team\r\nX-Admin',
    'X-Täam',
    'X(Team)',
    ':path',
    'X-Team\u0000',
    'X/Y',
  ])('cannot have the name %j', (name) => {
    expect(pathsOf({ [name]: 'x' })).toEqual([`headers.${name}`]);
  });

  it.each([
    'a\r\nX-Admin: yes',
    'a\nb',
    'a\rb',
    'a\u0000b',
    'a\u007fb',
    'a\u001bb',
    'a\tb',
    'ü',
    'a\u0085b',
    '€',
    ' a',
    'a ',
    '\u2028',
  ])('cannot have the value %j', (value) => {
    expect(pathsOf({ 'X-Team': value })).toEqual(['headers.X-Team']);
  });

  it('cannot name one header twice, in whatever case', () => {
    expect(pathsOf({ 'X-Team': 'a', 'x-team': 'b', 'X-TEAM': 'c' })).toEqual(['headers.x-team', 'headers.X-TEAM']);
  });

  it('are at most 20', () => {
    const headers = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, n) => [`X-Header-${n}`, 'x']));
    expect(pathsOf(headers(20))).toEqual([]);
    expect(pathsOf(headers(21))).toEqual(['headers']);
  });

  it('are at most 8 KB together, as they go over the wire', () => {
    const sized = (bytes: number) => ({ 'X-A': 'x'.repeat(bytes - 'X-A: \r\n'.length) });
    expect(pathsOf(sized(8_192))).toEqual([]);
    expect(pathsOf(sized(8_193))).toEqual(['headers']);
  });

  it('are all named where several are wrong, and no value is repeated', () => {
    const problems = checkCustomHeaders({ Host: 's3cret-1', 'X-Ok': 'fine', 'X-Team': 's3cret\n2' }, 'KaiVox');
    expect(problems.map(({ path }) => path)).toEqual(['headers.Host', 'headers.X-Team']);
    expect(JSON.stringify(problems)).not.toContain('s3cret');
  });
});
