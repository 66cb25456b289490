import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Resolver } from 'node:dns/promises';
import { startDnsServer, type DnsServer } from './dns-server.js';

let server: DnsServer;
let resolver: Resolver;

beforeAll(async () => {
  server = await startDnsServer({ address: '127.0.0.1' });
  resolver = new Resolver({ timeout: 200, tries: 1 });
  resolver.setServers([server.address]);
});
afterAll(() => server.stop());

it('answers with its address, and has no other kind of record', async () => {
  server.answerWith({ address: '203.0.113.7' });
  expect(await resolver.resolve4('hook.faults.example.com')).toEqual(['203.0.113.7']);
  await expect(resolver.resolve6('hook.faults.example.com')).rejects.toMatchObject({ code: 'ENODATA' });
});

it('says that there is no such name', async () => {
  server.answerWith('nxdomain');
  await expect(resolver.resolve4('hook.faults.example.com')).rejects.toMatchObject({ code: 'ENOTFOUND' });
});

it('says nothing at all, though it was asked', async () => {
  server.answerWith('silence');
  const before = server.questionCount();
  await expect(resolver.resolve4('hook.faults.example.com')).rejects.toMatchObject({ code: 'ETIMEOUT' });
  expect(server.questionCount()).toBeGreaterThan(before);
});
