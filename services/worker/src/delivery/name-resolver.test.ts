import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@switchboard/queue/testing';
import { promises as dns } from 'node:dns';
import os from 'node:os';
import { startDnsServer, type DnsServer } from '../testing/dns-server.js';
import { areNameServers, createNameResolver, type DnsFailedError, type NameResolver } from './name-resolver.js';

let server: DnsServer;
let resolve: NameResolver;

beforeAll(async () => {
  server = await startDnsServer();
  resolve = createNameResolver({ servers: [server.address], fallsBackToMachine: false });
});
afterAll(() => server.stop());

const reasonOf = (answer: Promise<unknown>) =>
  answer.then(
    () => null,
    (error: DnsFailedError) => [error.code, error.reason],
  );

describe('a name', () => {
  it('has all its addresses, IPv4 first', async () => {
    server.answer('both.example', {
      a: ['93.184.215.14', '93.184.215.15'],
      aaaa: ['2606:4700:4700::1111', '::ffff:10.0.0.1'],
      after_ms: 5,
    });
    expect(await resolve('both.example')).toEqual([
      { address: '93.184.215.14', family: 4 },
      { address: '93.184.215.15', family: 4 },
      { address: '2606:4700:4700::1111', family: 6 },
      { address: '::ffff:10.0.0.1', family: 6 },
    ]);
  });

  it.each([
    ['IPv4', { a: ['93.184.215.14'] }, '93.184.215.14'],
    ['IPv6', { aaaa: ['2606:4700:4700::1111'] }, '2606:4700:4700::1111'],
  ])('may have addresses of %s only', async (family, answer, address) => {
    server.answer(`only.${family}.example`.toLowerCase(), answer);
    expect((await resolve(`only.${family}.example`.toLowerCase())).map((found) => found.address)).toEqual([address]);
  });

  it('does not wait for the question about IPv6 where that is never answered', async () => {
    server.answer('no-aaaa.example', { a: ['93.184.215.14'], aaaa: 'silent' });
    const startedAt = performance.now();
    expect(await resolve('no-aaaa.example')).toEqual([{ address: '93.184.215.14', family: 4 }]);
    expect(performance.now() - startedAt).toBeLessThan(1_500);
  });

  it.each([
    ['does not exist', 'nxdomain', 'ENOTFOUND'],
    ['has no address', {}, 'ENODATA'],
    ['cannot be resolved by the server', 'servfail', 'ESERVFAIL'],
  ] as const)('that %s fails with dns_failed', async (_what, answer, reason) => {
    server.answer('failing.example', answer);
    expect(await reasonOf(resolve('failing.example'))).toEqual(['dns_failed', reason]);
  });

  it('fails with dns_failed, not connection_refused, where no name server listens', async () => {
    const gone = await startDnsServer();
    await gone.stop();
    const asking = createNameResolver({ servers: [gone.address], fallsBackToMachine: false })('both.example');
    expect(await reasonOf(asking)).toEqual(['dns_failed', 'ECONNREFUSED']);
  });

  it('that is never answered fails with dns_failed after two tries, and is not left to the machine', async () => {
    const known = os.hostname().toLowerCase();
    server.answer('silent.example', 'silent');
    server.answer(known, 'silent');
    const startedAt = performance.now();
    const local = createNameResolver({ servers: [server.address], fallsBackToMachine: true });
    const reasons = await Promise.all([reasonOf(resolve('silent.example')), reasonOf(local(known))]);
    expect(reasons).toEqual([
      ['dns_failed', 'ETIMEOUT'],
      ['dns_failed', 'ETIMEOUT'],
    ]);
    // Shorter than the default deadline of an attempt, so that it is called by its name.
    expect(performance.now() - startedAt).toBeLessThan(9_500);
    expect(server.asked.filter((question) => question === 'silent.example A')).toHaveLength(2);
  });
});

describe('many names at once', () => {
  it('that hang do not hold up one that does not', async () => {
    const hanging = Array.from({ length: 200 }, (_, index) => `hanging-${index}.example`);
    for (const name of hanging) server.answer(name, 'silent');
    server.answer('healthy.example', { a: ['93.184.215.14'] });
    let ended = 0;
    const answers: Promise<unknown>[] = [];
    for (const [index, name] of hanging.entries()) {
      answers.push(reasonOf(resolve(name)).finally(() => (ended += 1)));
      // A few at a time: all in one burst would overflow the buffer of the server's socket, and lose questions.
      if (index % 20 === 19) await until('they are asked', () => server.asked.includes(`${name} AAAA`));
    }

    const startedAt = performance.now();
    expect(await resolve('healthy.example')).toHaveLength(1);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect(ended).toBe(0);
    expect(new Set((await Promise.all(answers)).map(String))).toEqual(new Set(['dns_failed,ETIMEOUT']));
  });

  it('that are quick do not teach it impatience with a slow one', async () => {
    server.answer('quick.example', { a: ['93.184.215.14'] });
    server.answer('slow.example', { a: ['93.184.215.14'], after_ms: 1_500 });
    for (let i = 0; i < 50; i += 1) await resolve('quick.example');
    expect(await resolve('slow.example')).toHaveLength(1);
    expect(server.asked.filter((question) => question === 'slow.example A')).toHaveLength(1);
  });

  it('that are the same are asked for once, and anew the next time', async () => {
    server.answer('popular.example', { a: ['93.184.215.14'] }, { a: ['93.184.215.15'] });
    const answers = await Promise.all(Array.from({ length: 200 }, () => resolve('popular.example')));
    expect(new Set(answers.flat().map(({ address }) => address))).toEqual(new Set(['93.184.215.14']));
    expect(server.asked.filter((question) => question.startsWith('popular.example'))).toHaveLength(2);
    expect(await resolve('popular.example')).toEqual([{ address: '93.184.215.15', family: 4 }]);
  });
});

describe('the machine’s own names', () => {
  it('are found where it falls back to the machine, and only there', async () => {
    const name = os.hostname().toLowerCase();
    server.answer(name, 'nxdomain');
    const machine = await dns.lookup(name, { all: true, order: 'ipv4first' }).catch(() => null);
    const local = createNameResolver({ servers: [server.address], fallsBackToMachine: true });
    expect(await local(name).catch(() => null)).toEqual(machine);
    expect(await reasonOf(resolve(name))).toEqual(['dns_failed', 'ENOTFOUND']);
  });

  it('are asked of it first where they are localhost’s', async () => {
    const local = createNameResolver({ servers: [server.address], fallsBackToMachine: true });
    expect((await local('localhost')).map(({ address }) => address)).toContain('127.0.0.1');
    expect(server.asked.filter((question) => question.startsWith('localhost'))).toEqual([]);
  });
});

describe('name servers', () => {
  it.each(['10.0.0.2', '10.0.0.2:5353', 'fd00::2', '[fd00::2]:5353'])('may be given as %s', (text) => {
    expect(areNameServers([text])).toBe(true);
  });

  it.each(['', 'dns.example', '10.0.0.300', '10.0.0.2:', 'https://10.0.0.2/dns-query'])('are not %j', (text) => {
    expect(areNameServers(['10.0.0.2', text])).toBe(false);
  });
});
