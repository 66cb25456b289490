import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '@switchboard/queue/testing';
import { createAddressPolicy } from '@switchboard/shared';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startDnsServer, type DnsServer } from '../testing/dns-server.js';
import { aRequest, createTestExchanger, loopback, tryOnce } from '../testing/exchanger.js';
import type { Exchanger } from './exchange.js';

const nothingOpened = createAddressPolicy({ allowedPrivateNetworks: [] });
const onlyOneOpened = createAddressPolicy({ allowedPrivateNetworks: ['127.0.0.1/32'] });

let names: DnsServer;
let receiver: Server;
let port: number;
let connections: string[];
const exchangers: Exchanger[] = [];

beforeAll(async () => {
  names = await startDnsServer();
});
afterAll(() => names.stop());

beforeEach(async () => {
  connections = [];
  receiver = createServer((_request, response) => response.setHeader('Connection', 'close').end('reached'));
  receiver.on('connection', (socket) => connections.push(socket.localAddress ?? ''));
  // On every address of the machine: whichever denied one were dialled, it would be seen.
  receiver.listen(0, '0.0.0.0');
  await once(receiver, 'listening');
  port = (receiver.address() as AddressInfo).port;
});
afterEach(async () => {
  for (const exchanger of exchangers.splice(0)) await exchanger.close();
  const closed = once(receiver, 'close');
  receiver.close();
  receiver.closeAllConnections();
  await closed;
});

function exchangerWith(addresses = loopback): Exchanger {
  const exchanger = createTestExchanger({ addresses, nameServer: names.address });
  exchangers.push(exchanger);
  return exchanger;
}

const requestTo = (hostname: string, timeoutMs = 20_000) =>
  aRequest(`http://${hostname}:${port}/hook?key=hush`, { timeoutMs });

describe('a receiver’s name', () => {
  it('is resolved, and what it resolves to is dialled', async () => {
    names.answer('receiver.example', { a: ['127.0.0.1'] });
    const { result } = await tryOnce(exchangerWith(), requestTo('receiver.example'));
    expect(result).toMatchObject({ ok: true, answer: { body: 'reached' } });
  });

  it.each([
    ['is loopback’s', { a: ['127.0.0.1'] }],
    ['is loopback’s by IPv6', { aaaa: ['::1'] }],
    ['is loopback’s in IPv4-mapped form', { aaaa: ['::ffff:127.0.0.1'] }],
    ['is a metadata service’s', { a: ['169.254.169.254'] }],
    ['is public and loopback’s', { a: ['93.184.215.14', '127.0.0.1'] }],
    ['is public by IPv4 and loopback’s by IPv6', { a: ['93.184.215.14'], aaaa: ['::1'] }],
  ])('whose address %s is blocked before any packet leaves', async (_what, answer) => {
    names.answer('hostile.example', answer);
    const { result } = await tryOnce(exchangerWith(nothingOpened), requestTo('hostile.example'));
    expect(result).toMatchObject({ ok: false, answer: null, error: { code: 'ssrf_blocked' } });
    expect(connections).toEqual([]);
  });

  it('that is allowed first and loopback’s the next time is blocked the next time', async () => {
    names.answer('rebinding.example', { a: ['127.0.0.1'] }, { a: ['127.0.0.2'] });
    const exchanger = exchangerWith(onlyOneOpened);
    expect((await tryOnce(exchanger, requestTo('rebinding.example'))).result.ok).toBe(true);
    const { result } = await tryOnce(exchanger, requestTo('rebinding.example'));
    expect(result).toMatchObject({ ok: false, answer: null, error: { code: 'ssrf_blocked' } });
    expect(connections).toEqual(['127.0.0.1']);
  });

  it('is asked for once a connection: the answer cannot change between check and dial', async () => {
    names.answer('turning.example', { a: ['127.0.0.1'] }, { a: ['127.0.0.2'] });
    const { result } = await tryOnce(exchangerWith(onlyOneOpened), requestTo('turning.example'));
    expect(result.ok).toBe(true);
    expect(names.asked.filter((question) => question === 'turning.example A')).toHaveLength(1);
    expect(connections).toEqual(['127.0.0.1']);
  });

  it.each(['nxdomain', 'servfail'] as const)('that is answered %s is dns_failed', async (answer) => {
    names.answer('missing.example', answer);
    const { result } = await tryOnce(exchangerWith(nothingOpened), requestTo('missing.example'));
    expect(result).toMatchObject({ ok: false, answer: null, error: { code: 'dns_failed' } });
    expect(JSON.stringify(result)).not.toContain('hush');
  });

  it('that is never answered is dns_failed, or a timeout where the deadline comes first', async () => {
    names.answer('silent.example', 'silent');
    const exchanger = exchangerWith();
    const [patient, hurried] = await Promise.all([
      tryOnce(exchanger, requestTo('silent.example')),
      tryOnce(exchanger, requestTo('silent.example', 400)),
    ]);
    expect([patient.result.error?.code, hurried.result.error?.code]).toEqual(['dns_failed', 'timeout']);
    expect(hurried.tookMs).toBeLessThan(1_000);
  });

  it('that hangs, two hundred times, delays nobody else', async () => {
    names.answer('hanging.example', 'silent');
    names.answer('healthy.example', { a: ['127.0.0.1'] });
    const exchanger = exchangerWith();
    let ended = 0;
    const hanging = Array.from({ length: 200 }, () =>
      tryOnce(exchanger, requestTo('hanging.example', 3_000)).finally(() => (ended += 1)),
    );
    await until('it is asked for', () => names.asked.includes('hanging.example A'));

    const { result, tookMs } = await tryOnce(exchanger, requestTo('healthy.example'));
    expect(result.ok).toBe(true);
    // Seen: 10 ms.
    expect(tookMs).toBeLessThan(1_000);
    expect(ended).toBe(0);
    expect(new Set((await Promise.all(hanging)).map(({ result }) => result.error?.code))).toEqual(new Set(['timeout']));
    // A connection of its own for each does not mean a question of its own.
    expect(names.asked.filter((question) => question === 'hanging.example A').length).toBeLessThanOrEqual(4);
  });
});
