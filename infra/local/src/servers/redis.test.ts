import { describe, expect, it } from '@jest/globals';
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { isAlive } from '../processes.js';
import { settlesWithin } from '../waiting.js';
import { findRedisBinary } from './redis-binary.js';
import { startRedis } from './redis.js';

const redisHere = (await findRedisBinary({ install: false })).path !== undefined;

/** One inline command, and the first piece of the answer. */
async function ask(port: number, command: string): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port });
  try {
    return await askOn(socket, command);
  } finally {
    socket.destroy();
  }
}

async function askOn(socket: Socket, command: string): Promise<string> {
  const answer = once(socket, 'data') as Promise<[Buffer]>;
  socket.write(`${command}\r\n`);
  return (await answer)[0].toString();
}

(redisHere ? describe : describe.skip)('a Redis of our own', () => {
  it('never throws data away to make room', async () => {
    const redis = await startRedis();
    try {
      expect(await ask(redis.port, 'CONFIG GET maxmemory-policy')).toContain('noeviction');
    } finally {
      await redis.stop();
    }
    expect(isAlive(redis.pid)).toBe(false);
  });

  it('comes back after a SIGKILL on the same port, with what its append-only file holds', async () => {
    const redis = await startRedis({ appendOnly: true, args: ['--appendfsync', 'always'] });
    try {
      const { port, pid: killed } = redis;
      await ask(port, 'SET kept yes');
      await redis.kill();
      expect(isAlive(killed)).toBe(false);
      await expect(ask(port, 'PING')).rejects.toThrow('ECONNREFUSED');

      await redis.restart();
      expect(redis.port).toBe(port);
      expect(redis.pid).not.toBe(killed);
      expect(await ask(port, 'GET kept')).toContain('yes');
    } finally {
      await redis.stop();
    }
  });

  it('answers nothing while it is paused, and then all it was asked', async () => {
    const redis = await startRedis();
    const socket = connect({ host: '127.0.0.1', port: redis.port });
    try {
      expect(await askOn(socket, 'PING')).toBe('+PONG\r\n');
      redis.pause();
      const answer = askOn(socket, 'PING');
      expect(await settlesWithin(answer, 300)).toBe(false);
      redis.resume();
      expect(await answer).toBe('+PONG\r\n');
    } finally {
      socket.destroy();
      await redis.stop();
    }
  });

  it('can be stopped while it is paused', async () => {
    const redis = await startRedis();
    redis.pause();
    await redis.stop();
    expect(isAlive(redis.pid)).toBe(false);
  });

  it('says in its own words why it did not start', async () => {
    await expect(startRedis({ args: ['--no-such-option', 'x'] })).rejects.toMatchObject({
      message: expect.stringContaining('Redis ended unexpectedly'),
      lastLines: expect.arrayContaining([expect.stringContaining('no-such-option')]),
    });
  });
});

describe('looking for a Redis', () => {
  it('says what is missing where there is none and none may be installed', async () => {
    expect(await findRedisBinary({ install: false, searchPath: '/nonexistent' })).toEqual({
      path: undefined,
      reason: 'neither redis-server nor valkey-server is on the PATH',
    });
  });
});
