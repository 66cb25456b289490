import { beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { commandLineOf, isAlive } from '../processes.js';
import { REPOSITORY } from '../stack/folder.js';
import { anyFreePort } from '../stack/ports.js';
import { newStackFolder } from '../testing/stack-under-test.js';
import { waitUntil } from '../waiting.js';
import { startServiceProcess } from './service-process.js';

/** A service as ours are: a port, JSON lines, an orderly end on SIGTERM. */
const SERVICE = `
  import { createServer } from 'node:http';
  const server = createServer((request, response) => response.end('ok')).listen(Number(process.env.PORT), '127.0.0.1');
  server.on('listening', () => console.log(JSON.stringify({ level: 30, msg: 'listening' })));
  process.on('SIGTERM', () => {
    console.log(JSON.stringify({ level: 30, msg: 'stopped' }));
    process.exit(0);
  });
`;
/** It hears SIGTERM and goes on. */
const STUBBORN = `process.on('SIGTERM', () => undefined); setInterval(() => undefined, 1000); console.log('{"msg":"up"}');`;
const BROKEN = `console.error('PORT: is required'); process.exit(78);`;

describe('a service process', () => {
  let folder: string;

  beforeAll(() => {
    folder = newStackFolder('service');
    for (const [name, text] of Object.entries({ service: SERVICE, stubborn: STUBBORN, broken: BROKEN })) {
      writeFileSync(path.join(folder, `${name}.mjs`), text);
    }
  });

  const start = (name: string, env: NodeJS.ProcessEnv = {}) =>
    startServiceProcess({
      name: 'The service',
      entry: path.join(folder, `${name}.mjs`),
      env: { ...process.env, ...env },
    });

  it('writes into the open file that it is given, and runs with the options of Node that it is given', async () => {
    const file = path.join(folder, 'output.log');
    const outputFd = openSync(file, 'a');
    const service = startServiceProcess({
      name: 'The service',
      entry: path.join(folder, 'broken.mjs'),
      env: process.env,
      nodeArgs: ['--no-warnings'],
      outputFd,
    });
    closeSync(outputFd);
    expect(commandLineOf(service.pid)).toContain('--no-warnings');
    expect((await service.exited).code).toBe(78);
    expect(readFileSync(file, 'utf8')).toBe('PORT: is required\n');
    expect(service.lastLines()).toEqual([]);
  });

  it('is ready when its address answers, and its JSON lines can be read', async () => {
    const port = await anyFreePort();
    const service = start('service', { PORT: String(port) });
    await service.waitForReady(`http://127.0.0.1:${port}/readyz`);
    expect(await service.stop()).toEqual({ code: 0, signal: null });
    expect(service.logs().map((line) => line.msg)).toEqual(['listening', 'stopped']);
  });

  it('that cannot start is told with its last words', async () => {
    const service = start('broken');
    await expect(service.waitForReady('http://127.0.0.1:9/readyz')).rejects.toMatchObject({
      message: 'The service ended before it was ready (exit code 78).',
      lastLines: ['PORT: is required'],
    });
  });

  it('that does not stop in time is killed', async () => {
    const service = start('stubborn');
    await waitUntil(() => service.logs()[0], { timeoutMs: 10_000 });
    expect(await service.stop('SIGTERM', { timeoutMs: 100 })).toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('ends soon after its launcher was killed, even where it ignores SIGTERM', async () => {
    const module = path.join(REPOSITORY, 'infra/local/dist/servers/service-process.js');
    const launcher = spawn(process.execPath, [
      '--input-type=module',
      '-e',
      `
      const { startServiceProcess } = await import(${JSON.stringify(module)});
      const service = startServiceProcess({ name: 'x', entry: ${JSON.stringify(path.join(folder, 'stubborn.mjs'))}, env: process.env, onLine: () => console.log(service.pid) });
    `,
    ]);
    const [chunk] = (await once(launcher.stdout, 'data')) as [Buffer];
    const pid = Number(chunk.toString());
    expect(isAlive(pid)).toBe(true);
    launcher.kill('SIGKILL');
    await once(launcher, 'exit');
    expect(await waitUntil(() => (isAlive(pid) ? undefined : 'gone'), { timeoutMs: 10_000 })).toBe('gone');
  });
});
