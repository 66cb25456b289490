import { createServer, type Server } from 'node:http';
import type { LookupAddress } from 'node:dns';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createAddressPolicy } from '@switchboard/shared';
import { Agent, request } from 'undici';
import { createGuardedLookup, type GuardedLookup } from './guarded-lookup.js';
import { createNameResolver, DnsFailedError, type NameResolver } from './name-resolver.js';

const nothingOpened = createAddressPolicy({ allowedPrivateNetworks: [] });
const onlyOneOpened = createAddressPolicy({ allowedPrivateNetworks: ['127.0.0.1/32'] });
const loopbackOpened = createAddressPolicy({ allowedPrivateNetworks: ['127.0.0.0/8', '::1/128'] });

const PUBLIC: LookupAddress = { address: '93.184.215.14', family: 4 };
const PUBLIC_IPV6: LookupAddress = { address: '2606:4700:4700::1111', family: 6 };
const LOOPBACK: LookupAddress = { address: '127.0.0.1', family: 4 };
const OTHER_LOOPBACK: LookupAddress = { address: '127.0.0.2', family: 4 };

/** A resolver that gives its answers one after the other, and the last one from then on. */
function resolverOf(...answers: LookupAddress[][]): { resolveName: NameResolver; asked: string[] } {
  const asked: string[] = [];
  const resolveName: NameResolver = (hostname) => {
    const answer = answers[Math.min(asked.length, answers.length - 1)] ?? [];
    asked.push(hostname);
    return Promise.resolve(answer);
  };
  return { resolveName, asked };
}

const ofMachine = createNameResolver({ servers: [], fallsBackToMachine: true });

describe('the guarded lookup under undici', () => {
  let server: Server;
  let port: number;
  let connections: number;
  const agents: Agent[] = [];

  beforeEach(async () => {
    connections = 0;
    server = createServer((incoming, answer) => {
      if (incoming.url === '/redirect') answer.writeHead(302, { location: `http://127.0.0.1:${port}/secret` }).end();
      else answer.end(`${incoming.headers.host} at ${incoming.socket.localAddress}`);
    });
    server.on('connection', () => connections++);
    // On every address of the machine: whichever denied one were dialled, it would be seen.
    await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
    port = (server.address() as AddressInfo).port;
  });

  afterEach(async () => {
    await Promise.all(agents.splice(0).map((agent) => agent.destroy()));
    await new Promise((resolve) => server.close(resolve));
  });

  function post(hostname: string, lookup: GuardedLookup, path = '/') {
    // undici keeps connections; `reset` makes each request connect, and so look up, anew.
    const agent = new Agent({ connect: { lookup } });
    agents.push(agent);
    const send = () =>
      request(`http://${hostname}:${port}${path}`, { method: 'POST', body: '{}', dispatcher: agent, reset: true });
    return { send };
  }

  it('dials what the policy allows, by the name that was given', async () => {
    const { resolveName, asked } = resolverOf([LOOPBACK]);
    const response = await post('receiver.example', createGuardedLookup(loopbackOpened, resolveName)).send();
    expect(await response.body.text()).toBe(`receiver.example:${port} at 127.0.0.1`);
    expect(asked).toEqual(['receiver.example']);
  });

  it('blocks localhost, as the machine itself resolves it, before any packet leaves', async () => {
    await expect(post('localhost', createGuardedLookup(nothingOpened, ofMachine)).send()).rejects.toMatchObject({
      code: 'ssrf_blocked',
      hostname: 'localhost',
    });
    expect(connections).toBe(0);
  });

  it('dials localhost, as the machine itself resolves it, where loopback is opened', async () => {
    const response = await post('localhost', createGuardedLookup(loopbackOpened, ofMachine)).send();
    expect(await response.body.text()).toContain('at 127.0.0.1');
  });

  it.each([
    ['a private address', [LOOPBACK]],
    ['a public and a private address', [PUBLIC, LOOPBACK]],
    ['a private and a public address', [LOOPBACK, PUBLIC]],
    ['a public IPv6 and a private IPv4 address', [PUBLIC_IPV6, LOOPBACK]],
    ['a private address in IPv4-mapped form', [{ address: '::ffff:127.0.0.1', family: 6 }]],
    ['an address with a zone', [{ address: 'fe80::1%lo', family: 6 }]],
    ['what is not an address', [{ address: '0x7f.1', family: 4 }]],
  ])('blocks a name that resolves to %s before any packet leaves', async (_what, answer) => {
    const { resolveName } = resolverOf(answer);
    await expect(
      post('receiver.example', createGuardedLookup(nothingOpened, resolveName)).send(),
    ).rejects.toMatchObject({
      code: 'ssrf_blocked',
    });
    expect(connections).toBe(0);
  });

  it('blocks a name that answers an allowed address first and a denied one for the next connection', async () => {
    const { resolveName, asked } = resolverOf([LOOPBACK], [OTHER_LOOPBACK]);
    const { send } = post('rebinding.example', createGuardedLookup(onlyOneOpened, resolveName));
    await (await send()).body.dump();
    await expect(send()).rejects.toMatchObject({ code: 'ssrf_blocked', address: '127.0.0.2' });
    expect(asked).toHaveLength(2);
    expect(connections).toBe(1);
  });

  it('asks once for a connection and dials that very answer, so that the answer cannot change between check and dial', async () => {
    const { resolveName, asked } = resolverOf([LOOPBACK], [OTHER_LOOPBACK]);
    const { send } = post('rebinding.example', createGuardedLookup(onlyOneOpened, resolveName));
    const response = await send();
    expect(await response.body.text()).toContain('at 127.0.0.1');
    expect(asked).toHaveLength(1);
  });

  it('answers a redirect as it is: undici does not follow it', async () => {
    const { resolveName, asked } = resolverOf([LOOPBACK]);
    const response = await post(
      'receiver.example',
      createGuardedLookup(loopbackOpened, resolveName),
      '/redirect',
    ).send();
    await response.body.dump();
    expect(response.statusCode).toBe(302);
    expect(connections).toBe(1);
    expect(asked).toHaveLength(1);
  });

  it('says what the resolver says of a name that does not resolve', async () => {
    const unknown: NameResolver = () => Promise.reject(new DnsFailedError('ENOTFOUND'));
    await expect(post('gone.example', createGuardedLookup(nothingOpened, unknown)).send()).rejects.toMatchObject({
      code: 'dns_failed',
      reason: 'ENOTFOUND',
    });
    const { resolveName } = resolverOf([]);
    await expect(post('empty.example', createGuardedLookup(nothingOpened, resolveName)).send()).rejects.toMatchObject({
      code: 'dns_failed',
    });
  });

  it('is never called for an IP literal, which is why the URL gate checks those', async () => {
    const { resolveName, asked } = resolverOf([LOOPBACK]);
    const response = await post('127.0.0.1', createGuardedLookup(nothingOpened, resolveName)).send();
    await response.body.dump();
    expect(asked).toEqual([]);
  });
});

describe('the guarded lookup as node calls it', () => {
  it('gives all addresses when asked for all', async () => {
    const lookup = createGuardedLookup(nothingOpened, resolverOf([PUBLIC, PUBLIC_IPV6]).resolveName);
    const found = await new Promise((resolve) =>
      lookup('receiver.example', { all: true }, (_error, answer) => resolve(answer)),
    );
    expect(found).toEqual([PUBLIC, PUBLIC_IPV6]);
  });

  it('gives the first address and its family when asked for one, and has still checked all', async () => {
    const ask = (...answer: LookupAddress[]) =>
      new Promise((resolve) =>
        createGuardedLookup(nothingOpened, resolverOf(answer).resolveName)(
          'receiver.example',
          {},
          (error, address, family) => resolve(error ?? [address, family]),
        ),
      );
    expect(await ask(PUBLIC, PUBLIC_IPV6)).toEqual([PUBLIC.address, 4]);
    expect(await ask(PUBLIC, LOOPBACK)).toMatchObject({ code: 'ssrf_blocked' });
  });

  it('gives eight addresses at most, and has still checked all', async () => {
    const many = Array.from({ length: 500 }, (_, index) => ({
      address: `93.184.${index >> 8}.${index & 255}`,
      family: 4,
    }));
    const ask = (...found: LookupAddress[]) =>
      new Promise((resolve) =>
        createGuardedLookup(nothingOpened, resolverOf(found).resolveName)(
          'receiver.example',
          { all: true },
          (error, answer) => resolve(error ?? answer),
        ),
      );
    expect(await ask(...many)).toEqual(many.slice(0, 8));
    expect(await ask(...many, LOOPBACK)).toMatchObject({ code: 'ssrf_blocked' });
  });

  it('keeps the resolved address out of the message, which tenants may see', async () => {
    const { resolveName } = resolverOf([{ address: '10.20.30.40', family: 4 }]);
    const error = await new Promise<Error | null>((resolve) =>
      createGuardedLookup(nothingOpened, resolveName)('redis.prod', { all: true }, (thrown) => resolve(thrown)),
    );
    expect(error?.message).toBe('Webhooks are not sent to redis.prod: its address is a private address.');
  });
});
