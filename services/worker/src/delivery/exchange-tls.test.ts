import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startReceiver } from '@switchboard/faults/receiver';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeCertificate, type Certificate } from '../testing/certificates.js';
import { aRequest, createTestExchanger, tryOnce } from '../testing/exchanger.js';
import type { AttemptResult } from './outcome.js';

const WORKER = fileURLToPath(new URL('../..', import.meta.url));

/** Node reads the authorities it trusts once, when it starts: the compiled exchanger runs in a process of its own. */
const TRY_ONCE = `
  import { createAddressPolicy } from '@switchboard/shared';
  import { createExchanger } from '${WORKER}dist/delivery/exchange.js';
  import { createGuardedLookup } from '${WORKER}dist/delivery/guarded-lookup.js';
  import { createNameResolver } from '${WORKER}dist/delivery/name-resolver.js';
  import { resultOfAnswer, resultOfThrown } from '${WORKER}dist/delivery/outcome.js';
  const addresses = createAddressPolicy({ allowedPrivateNetworks: ['127.0.0.0/8', '::1/128'] });
  const lookup = createGuardedLookup(addresses, createNameResolver({ servers: [], fallsBackToMachine: true }));
  const exchanger = createExchanger({ addresses, allowHttp: false, lookup });
  const request = { url: process.argv[1], headers: {}, loggedHeaders: {}, body: Buffer.from('{}'), timeoutMs: 5_000 };
  const result = await exchanger.send(request).then(resultOfAnswer, (thrown) => resultOfThrown(thrown, 5_000));
  console.log(JSON.stringify(result));
  await exchanger.close();
`;

async function tryTrusting(certificate: Certificate, url: string): Promise<AttemptResult> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'switchboard-tls-'));
  const file = path.join(folder, 'ca.pem');
  writeFileSync(file, certificate.cert);
  try {
    const child = spawn(process.execPath, ['--input-type=module', '-e', TRY_ONCE, url], {
      cwd: WORKER,
      env: { ...process.env, NODE_EXTRA_CA_CERTS: file },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    await once(child, 'close');
    return JSON.parse(output) as AttemptResult;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

let valid: Certificate;
let expired: Certificate;
let foreign: Certificate;
const servers: Server[] = [];

beforeAll(async () => {
  valid = await makeCertificate('localhost');
  expired = await makeCertificate('localhost', { startsInDays: -10, endsInDays: -1 });
  foreign = await makeCertificate('other.example');
});
afterAll(async () => {
  for (const server of servers) {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }
});

async function startHttps(certificate: Certificate): Promise<string> {
  const server = createServer(certificate, (_request, response) => response.end('ok'));
  servers.push(server);
  server.listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  return `https://localhost:${(server.address() as AddressInfo).port}/`;
}

describe('TLS', () => {
  it('is spoken with a receiver whose certificate is in order', async () => {
    expect(await tryTrusting(valid, await startHttps(valid))).toMatchObject({
      ok: true,
      answer: { status: 200, body: 'ok' },
    });
  });

  it('fails with tls_invalid where the certificate has expired', async () => {
    const result = await tryTrusting(expired, await startHttps(expired));
    expect(result).toMatchObject({
      ok: false,
      answer: null,
      error: { code: 'tls_invalid', message: expect.stringContaining('CERT_HAS_EXPIRED') },
    });
  });

  it('fails with tls_invalid where the certificate is for another host', async () => {
    const result = await tryTrusting(foreign, await startHttps(foreign));
    expect(result).toMatchObject({
      ok: false,
      answer: null,
      error: { code: 'tls_invalid', message: expect.stringContaining('ALTNAME') },
    });
  });

  it('fails with tls_invalid where nobody vouches for the certificate', async () => {
    const exchanger = createTestExchanger();
    const { result } = await tryOnce(exchanger, aRequest(await startHttps(valid)));
    expect(result).toMatchObject({ ok: false, answer: null, error: { code: 'tls_invalid' } });
    await exchanger.close();
  });

  it('fails with tls_invalid where the receiver speaks plain HTTP', async () => {
    const receiver = await startReceiver();
    const exchanger = createTestExchanger();
    const { result } = await tryOnce(exchanger, aRequest(`https://127.0.0.1:${receiver.port}/`));
    expect(result).toMatchObject({ ok: false, answer: null, error: { code: 'tls_invalid' } });
    await exchanger.close();
    await receiver.stop();
  });
});
