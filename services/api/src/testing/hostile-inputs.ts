import { gzipSync } from 'node:zlib';
import type { RawRequest } from './raw-http.js';

/** What somebody may send by mistake, or to see what happens. A part that is not given stays as the route wants it. */
export interface HostileInput {
  what: string;
  id?: string;
  query?: string;
  headers?: RawRequest['headers'];
  body?: string | Buffer;
}

const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

const BODIES: Record<string, string | Buffer> = {
  nothing: '',
  'white space': ' \r\n\t',
  null: 'null',
  'an array': '[]',
  'an array of arrays': '[[[[]]]]',
  'an array of null': '[null,null]',
  'a text': '"text"',
  'a number': '-1e308',
  'a number past infinity': '{"amount":1e999}',
  'a flag': 'true',
  'an empty object': '{}',
  'half an object': '{"url":"https://',
  'two objects': '{}{}',
  'a trailing comma': '{"a":1,}',
  'a comment': '{/*a*/}',
  'a NUL byte': Buffer.from([0]),
  'bytes that are no UTF-8': Buffer.from([0x7b, 0xff, 0xfe, 0x7d]),
  'a byte order mark': Buffer.from([0xef, 0xbb, 0xbf, 0x7b, 0x7d]),
  'a picture': Buffer.from('89504e470d0a1a0a', 'hex'),
  '100,000 levels of objects': nested(100_000),
  '100,000 levels of arrays': `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
  '20,000 unknown fields': `{${Array.from({ length: 20_000 }, (_, i) => `"f${i}":0`).join()}}`,
  'a key __proto__': '{"__proto__":{"tenant":{"tenant_id":"x"}}}',
  'a key constructor': '{"constructor":{"prototype":{"a":1}}}',
  'a key that is half a surrogate pair': '{"\\ud800":1}',
  'fields of the wrong types':
    '{"name":{},"plan":[],"url":1,"event_types":"*","customer":[],"starts_at":{},"data":"x","event":null,"tenant_id":7}',
  'NUL characters everywhere':
    '{"name":"\\u0000","plan":"\\u0000","url":"\\u0000","event_types":["\\u0000"],"starts_at":"\\u0000","event":"\\u0000"}',
  'SQL everywhere': `{"name":"'; DROP TABLE tenants; --","plan":"' OR '1'='1","url":"https://x.example/'","event_types":["'"]}`,
  'times past the calendar':
    '{"customer":{"name":"x"},"starts_at":"9999-12-31T23:59:59Z","ends_at":"+275760-09-13T00:00:00Z"}',
  'a form': 'name=x&plan=pro',
  '257 KB': `{"description":"${'x'.repeat(257 * 1024)}"}`,
};

const QUERIES: Record<string, string> = {
  'a parameter without a name': '=1',
  'only ampersands': '&&&&',
  'a key __proto__': '__proto__=1&constructor=2',
  brackets: 'page[]=1&page[$gt]=0&filter[a][b]=c',
  'a broken escape': 'page=%E0%A4%A&per_page=%',
  'a NUL character': 'cursor=%00&event=%00',
  'numbers past all limits': 'page=1e999&per_page=99999999999999999999',
  'negative numbers': 'page=-1&per_page=-1',
  'no number': 'page=NaN&per_page=Infinity',
  'a cursor of bytes': `cursor=${Buffer.from([0, 255, 0]).toString('base64url')}`,
  'a cursor that is SQL': `cursor=${Buffer.from(`'; --`).toString('base64url')}`,
  '1,500 parameters': Array.from({ length: 1_500 }, (_, i) => `a${i}=`).join('&'),
};

const IDS: Record<string, string> = {
  'a percent sign': '%',
  'broken UTF-8': '%c3%28',
  'a NUL character': '%00',
  'a path upwards': '..%2f..%2fadmin',
  'a UUID': '00000000-0000-0000-0000-000000000000',
  'the largest number': 'evt_7zzzzzzzzzzzzzzzzzzzzzzzzz',
  'a number past the largest': 'evt_8zzzzzzzzzzzzzzzzzzzzzzzzz',
  'a prefix alone': 'apt_',
  'a line break': 'apt_%0d%0a',
  'a long text': 'a'.repeat(4_000),
  'another script': encodeURIComponent('идентификатор'),
};

const HEADERS: Record<string, Pick<HostileInput, 'headers' | 'body'>> = {
  'no content type': { headers: { 'Content-Type': '' }, body: '{}' },
  'a form’s content type': { headers: { 'Content-Type': 'multipart/form-data' }, body: '{}' },
  'an unknown charset': { headers: { 'Content-Type': 'application/json; charset=klingon' }, body: '{}' },
  'an unknown compression': { headers: { 'Content-Encoding': 'lzma' }, body: '{}' },
  'a compression that is none': { headers: { 'Content-Encoding': 'gzip' }, body: '{}' },
  'a brotli that is none': { headers: { 'Content-Encoding': 'br' }, body: '{}' },
  'a small bomb': { headers: { 'Content-Encoding': 'gzip' }, body: gzipSync(Buffer.alloc(20_000_000, ' ')) },
  'a request id that breaks the line': { headers: { 'X-Request-Id': 'a"},{"level":"fatal' } },
  'a method override': { headers: { 'X-HTTP-Method-Override': 'DELETE' } },
  'a wish for XML': { headers: { Accept: 'application/xml', 'Accept-Encoding': 'klingon;q=2' } },
};

export const HOSTILE_INPUTS: HostileInput[] = [
  ...Object.entries(BODIES).map(([what, body]) => ({ what: `body: ${what}`, body })),
  ...Object.entries(QUERIES).map(([what, query]) => ({ what: `query: ${what}`, query })),
  ...Object.entries(IDS).map(([what, id]) => ({ what: `id: ${what}`, id })),
  ...Object.entries(HEADERS).map(([what, change]) => ({ what: `header: ${what}`, ...change })),
];
