import { describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import os from 'node:os';
import { connect } from 'node:net';
import { once } from 'node:events';
import { isAlive, parentOf } from '../processes.js';
import { anyFreePort } from '../stack/ports.js';
import { newStackFolder } from '../testing/stack-under-test.js';
import { createDatabaseIfMissing, runAsAdmin, serverVersion, withDatabase } from './databases.js';
import { startPostgres, type PostgresOptions } from './postgres.js';

async function options(name: string): Promise<PostgresOptions> {
  const folder = newStackFolder(name);
  return { dataDir: `${folder}/postgres`, port: await anyFreePort(), password: 'as-random-as-it-gets', durable: true };
}

describe('PostgreSQL from the npm package', () => {
  it('keeps its data from one start to the next, and ends when it is told', async () => {
    const wanted = await options('kept');
    const first = await startPostgres(wanted);
    await createDatabaseIfMissing(first.adminUrl, 'kept');
    await first.stop();
    expect(isAlive(first.pid)).toBe(false);

    const second = await startPostgres(wanted);
    try {
      expect(await serverVersion(withDatabase(second.adminUrl, 'kept'))).toMatch(/^18/);
    } finally {
      await second.stop();
    }
  });

  it('takes over from a server whose host was killed', async () => {
    const wanted = await options('stale');
    const first = await startPostgres(wanted);
    process.kill(parentOf(first.pid) ?? 0, 'SIGKILL');
    await first.ended;
    expect(isAlive(first.pid)).toBe(true);

    const second = await startPostgres({ ...wanted, port: await anyFreePort() });
    try {
      expect(isAlive(first.pid)).toBe(false);
      expect(await serverVersion(second.adminUrl)).toMatch(/^18/);
    } finally {
      await second.stop();
    }
  });

  it('tells when it ended though nobody asked for it', async () => {
    const server = await startPostgres(await options('crashed'));
    process.kill(server.pid, 'SIGQUIT');
    expect((await server.ended)?.message).toContain('PostgreSQL ended unexpectedly');
  });

  it('takes no password but its own, and listens on loopback only', async () => {
    const server = await startPostgres(await options('closed'));
    try {
      const wrong = server.adminUrl.replace('as-random-as-it-gets', 'guessed');
      await expect(runAsAdmin(wrong, ['SELECT 1'])).rejects.toThrow('password authentication failed');
      const others = Object.values(os.networkInterfaces())
        .flat()
        .filter((address) => address && !address.internal && address.family === 'IPv4');
      for (const address of others) {
        const socket = connect({ host: address?.address ?? '', port: server.port });
        await expect(once(socket, 'connect')).rejects.toThrow('ECONNREFUSED');
      }
    } finally {
      await server.stop();
    }
  });

  it('does not touch data whose secrets were lost', async () => {
    const wanted = await options('lost');
    await (await startPostgres(wanted)).stop();
    await expect(startPostgres({ ...wanted, password: 'another' })).rejects.toThrow('were made with other secrets');
  });

  it('leaves nothing of a throw-away cluster', async () => {
    const wanted = await options('throw-away');
    const server = await startPostgres({ ...wanted, durable: false, removeOnStop: wanted.dataDir });
    expect(existsSync(wanted.dataDir)).toBe(true);
    await server.stop();
    expect(existsSync(wanted.dataDir)).toBe(false);
  });
});
