import { describe, expect, it } from '@jest/globals';
import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { curlOf, quoted } from './curl';

const ODD_TEXTS = [
  'plain',
  "it's",
  "'''",
  `$HOME $(whoami) \`id\` \\ "double" !history`,
  'line\nbreak\tand tab',
  '@/etc/passwd',
  'Grüße, 東京 🙂',
  '',
];

describe('a quoted text', () => {
  it.each(ODD_TEXTS)('is one word for the shell, letter by letter: %j', (text) => {
    const { stdout } = spawnSync('sh', ['-c', `printf '%s' ${quoted(text)}`], { encoding: 'utf8' });
    expect(stdout).toBe(text);
  });
});

describe('the curl command', () => {
  it('reads like one a person would write', () => {
    const headers = { 'Content-Type': 'application/json', 'webhook-signature': 'v1,abc= v1,def=' };
    expect(curlOf({ url: 'https://example.com/hooks', headers, body: '{"a":1}' })).toBe(
      [
        `curl --globoff -X POST 'https://example.com/hooks'`,
        `-H 'Content-Type: application/json'`,
        `-H 'webhook-signature: v1,abc= v1,def='`,
        `--data-raw '{"a":1}'`,
      ].join(' \\\n  '),
    );
  });

  it('leaves to curl what belongs to the connection', () => {
    const headers = { Host: 'example.com', 'content-length': '7', Connection: 'keep-alive', 'X-Kept': '1' };
    expect(curlOf({ url: 'https://example.com', headers, body: '' })).not.toMatch(/host|length|connection/i);
  });

  it('sends the very request: same path, headers and bytes, whatever is in them', async () => {
    const got = await receive((url) => ({
      url: `${url}/a[1]{b}?q='x'&r=$HOME`,
      headers: { 'X-Odd': `it's $(id) "so"`, 'X-Empty': '', 'X-Twice': ['one', 'two'] },
      body: `@not-a-file {"text":"it's ${'\n'} $HOME \\\\ Grüße"}`,
    }));
    expect(got.method).toBe('POST');
    expect(got.url).toBe(`/a[1]{b}?q='x'&r=$HOME`);
    expect(got.headers['x-odd']).toBe(`it's $(id) "so"`);
    expect(got.headers['x-empty']).toBe('');
    expect(got.headers['x-twice']).toBe('one, two');
    expect(got.body).toBe(`@not-a-file {"text":"it's ${'\n'} $HOME \\\\ Grüße"}`);
  });
});

interface Received {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Runs the command in a shell against a server of this machine. */
async function receive(request: (url: string) => Parameters<typeof curlOf>[0]): Promise<Received> {
  const received: Received[] = [];
  const server = createServer((incoming, answer) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const { method, url, headers } = incoming;
      received.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
      answer.end('ok');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    await promisify(execFile)('sh', ['-c', curlOf(request(`http://127.0.0.1:${port}`))]);
  } finally {
    server.close();
  }
  return received[0] as Received;
}
