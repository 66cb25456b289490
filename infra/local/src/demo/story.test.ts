import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { Webhook } from 'standardwebhooks';
import { Terminal } from '../text/terminal.js';
import { startDemoReceiver, type DemoReceiver } from './receiver.js';
import { tellDemoStory } from './story.js';

const SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
const APPOINTMENT = 'apt_01k0000000000000000000000a';

/** A server that plays the API: it books, and knows one delivery, and sends no webhook by itself. */
function playApi(delivery: object | undefined): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    request.resume();
    const isBooking = request.method === 'POST';
    response.writeHead(isBooking ? 201 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ success: true, data: isBooking ? { id: APPOINTMENT } : [delivery].filter(Boolean) }));
  });
  server.listen(0, '127.0.0.1');
  return once(server, 'listening').then(() => ({
    server,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  }));
}

describe('the demo story', () => {
  let receiver: DemoReceiver;
  let api: Server | undefined;

  beforeEach(async () => {
    receiver = await startDemoReceiver(undefined);
    receiver.useSecret(SECRET);
  });

  afterEach(async () => {
    await receiver.stop();
    api?.close();
    api?.closeAllConnections();
  });

  async function tell(delivery: object | undefined, timeoutMs: number): Promise<string> {
    const played = await playApi(delivery);
    api = played.server;
    const stream = new PassThrough();
    await tellDemoStory({
      terminal: new Terminal(stream as unknown as NodeJS.WriteStream, {}),
      apiUrl: played.url,
      tenant: {
        tenant_id: 'ten_1',
        api_key: 'sb_live_1',
        endpoint_id: 'ep_1',
        endpoint_secret: SECRET,
        receiver_port: receiver.port,
      },
      receiver,
      signal: new AbortController().signal,
      timeoutMs,
    });
    return (stream.read() as Buffer).toString();
  }

  async function send(signWith: string): Promise<number> {
    const body = JSON.stringify({
      event: 'appointment.created',
      event_id: 'evt_1',
      data: { id: APPOINTMENT, name: 'Ada Lovelace' },
    });
    const at = new Date();
    const response = await fetch(receiver.url, {
      method: 'POST',
      body,
      headers: {
        'webhook-id': 'evt_1',
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': new Webhook(signWith).sign('evt_1', at, body),
      },
    });
    return response.status;
  }

  it('ends well when the webhook arrives and verifies, also where it is faster than the answer to the booking', async () => {
    const told = tell(undefined, 10_000);
    expect(await send(SECRET)).toBe(204);
    expect(await told).toContain('genuine and unchanged');
  });

  it('fails with the reason that the API knows when the webhook does not arrive', async () => {
    const delivery = {
      status: 'pending',
      attempt_count: 2,
      last_status_code: null,
      last_error: { code: 'connection_refused', message: 'nobody listens there' },
    };
    await expect(tell(delivery, 100)).rejects.toThrow(
      'did not arrive within 100 ms. Its delivery is pending after 2 attempts; last error: nobody listens there.',
    );
  });

  it('fails when nothing was fanned out', async () => {
    await expect(tell(undefined, 100)).rejects.toThrow('No delivery was made of its event');
  });

  it('fails when the signature is another secret’s, which the receiver answers with 401', async () => {
    const told = tell(undefined, 10_000);
    const failed = expect(told).rejects.toThrow('its signature did not verify');
    expect(await send(`whsec_${Buffer.alloc(24, 8).toString('base64')}`)).toBe(401);
    await failed;
  });
});
