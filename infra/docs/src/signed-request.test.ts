import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { generateWebhookSecret } from '@switchboard/shared';
import { execFile, spawnSync } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { Webhook } from 'standardwebhooks';
import { readText } from './repository.js';
import { namedBlock } from './testing/markdown.js';

const PROGRAMS = ['bash', 'openssl', 'curl'];
const missing = PROGRAMS.filter((program) => spawnSync(program, ['--version']).error !== undefined);
const secret = generateWebhookSecret();

/** Answers 200 where the published library takes the webhook, 401 where it does not. */
function startReceiver(): Server {
  return createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      try {
        new Webhook(secret).verify(Buffer.concat(chunks), req.headers as Record<string, string>);
        res.writeHead(200).end();
      } catch {
        res.writeHead(401).end();
      }
    });
  });
}

describe('the shell script of docs/webhooks.md that sends a signed webhook', () => {
  if (missing.length > 0) {
    it.skip(`was not run: ${missing.join(', ')} not on this machine`, () => undefined);
    return;
  }
  const { code } = namedBlock(readText('docs/webhooks.md'), 'send-signed.sh');
  const server = startReceiver();
  const send = async (signingSecret: string) => {
    const { port } = server.address() as AddressInfo;
    const env = { ...process.env, SECRET: signingSecret, URL: `http://127.0.0.1:${port}/webhooks` };
    const { stdout } = await promisify(execFile)('bash', ['-c', code], { env });
    return stdout.split('\r\n', 1)[0];
  };

  beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  it('signs so that the published library takes it', async () => {
    expect(await send(secret)).toBe('HTTP/1.1 200 OK');
  });

  it('is refused with another secret', async () => {
    expect(await send(generateWebhookSecret())).toBe('HTTP/1.1 401 Unauthorized');
  });
});
