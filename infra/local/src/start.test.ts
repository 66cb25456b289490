import { afterEach, describe, expect, it } from '@jest/globals';
import { readFileSync, statSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import path from 'node:path';
import type { StackFile } from './stack/stack-file.js';
import {
  newStackFolder,
  orphansOf,
  pidOf,
  processesOf,
  startStack,
  startStackUnderNpm,
  type StackUnderTest,
} from './testing/stack-under-test.js';

const A_WHOLE_STACK_MS = 120_000;
const started: StackUnderTest[] = [];

async function start(...parameters: Parameters<typeof startStack>): Promise<StackUnderTest> {
  const stack = await startStack(...parameters);
  started.push(stack);
  return stack;
}

const readStack = (folder: string): StackFile =>
  JSON.parse(readFileSync(path.join(folder, 'stack.json'), 'utf8')) as StackFile;

afterEach(async () => {
  for (const stack of started.splice(0)) {
    stack.signal('SIGTERM');
    await stack.exited;
  }
});

describe('npm start -- --once', () => {
  it(
    'shows a signed webhook arriving, says where everything is, leaves nothing running, and uses the same data again',
    async () => {
      const folder = newStackFolder('once');
      const first = await start(folder, ['--once']);
      expect(await first.exited).toEqual({ code: 0, signal: null });
      expect(first.output()).toContain('A program posts a booking');
      expect(first.output()).toContain('The demo receiver gets the webhook appointment.created');
      expect(first.output()).toContain('verifies its signature: genuine and unchanged');
      expect(first.output()).toContain('is refused by the same package');
      expect(processesOf(folder)).toEqual([]);

      const stack = readStack(folder);
      expect(stack).toEqual({
        api_url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
        worker_url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
        database_url: expect.stringMatching(/^postgres:\/\/postgres:[\w-]+@127\.0\.0\.1:\d+\/switchboard$/),
        redis_url: null,
        tenant_id: expect.stringMatching(/^ten_/),
        api_key: expect.stringMatching(/^sb_live_/),
        platform_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
        receiver_url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/webhooks$/),
        portal_url: `${stack.api_url}/settings/api`,
        portal_email: 'owner@demo.example',
        portal_password: expect.stringMatching(/^\S{15,}$/),
      });
      expect(statSync(path.join(folder, 'stack.json')).mode & 0o777).toBe(0o600);

      const second = await start(folder, ['--once']);
      expect(await second.exited).toEqual({ code: 0, signal: null });
      expect(second.output()).toContain('The demo tenant of the earlier run is used again');
      expect(readStack(folder)).toMatchObject({
        tenant_id: stack.tenant_id,
        api_key: stack.api_key,
        portal_password: stack.portal_password,
      });
    },
    A_WHOLE_STACK_MS,
  );
});

const redisUrl = process.env.SWITCHBOARD_TEST_REDIS_URL ?? '';

(redisUrl ? describe : describe.skip)('npm start with REDIS_URL', () => {
  it(
    'runs the queues on that Redis',
    async () => {
      const folder = newStackFolder('redis');
      const stack = await start(folder, ['--once'], { REDIS_URL: redisUrl, QUEUE_PREFIX: 'npm-start-test' });
      expect(await stack.exited).toEqual({ code: 0, signal: null });
      expect(readStack(folder).redis_url).toBe(redisUrl);
      expect(readFileSync(path.join(folder, 'logs/worker.log'), 'utf8')).toContain('"queue":"redis"');
    },
    A_WHOLE_STACK_MS,
  );
});

describe('a stack that stays up', () => {
  it(
    'serves the API with the key of stack.json, refuses a second one beside it, and ends without an orphan on Ctrl-C',
    async () => {
      const folder = newStackFolder('up');
      const stack = await start(folder);
      await stack.says('Ctrl-C stops everything');
      const { api_url, worker_url, api_key } = readStack(folder);
      expect(stack.output()).toContain(`${api_key} (shown this once)`);
      const deliveries = await fetch(`${api_url}/api/v1/deliveries`, {
        headers: { authorization: `Bearer ${api_key}` },
      });
      expect(deliveries.status).toBe(200);
      expect((await fetch(`${worker_url}/readyz`)).status).toBe(200);
      const { portal_url, portal_email: email, portal_password: password } = readStack(folder);
      expect(stack.output()).toContain(`${email} with the password ${password}`);
      const signIn = { method: 'POST', headers: { 'content-type': 'application/json' } };
      const session = await fetch(`${portal_url}/session`, { ...signIn, body: JSON.stringify({ email, password }) });
      expect(await session.json()).toMatchObject({ data: { tenants: [{ name: 'Demo', role: 'owner' }] } });

      const second = await start(folder);
      expect(await second.exited).toEqual({ code: 1, signal: null });
      expect(second.output()).toContain(`A stack already runs in ${folder} (process ${stack.pid})`);

      // As npm does: the terminal sends one to everybody, and npm passes on its own.
      stack.signal('SIGINT');
      stack.signal('SIGINT');
      expect(await stack.exited).toEqual({ code: 0, signal: null });
      expect(stack.output()).toContain('Stopping the worker, then the API, then the demo receiver, then PostgreSQL');
      expect(processesOf(folder)).toEqual([]);
    },
    A_WHOLE_STACK_MS,
  );

  it(
    'leaves no orphan when its launcher is killed with SIGKILL, and starts again on the same data',
    async () => {
      const folder = newStackFolder('killed');
      const stack = await start(folder);
      await stack.says('Ctrl-C stops everything');
      const { tenant_id } = readStack(folder);
      expect(processesOf(folder).length).toBeGreaterThanOrEqual(4);
      stack.signal('SIGKILL');
      await stack.exited;
      expect(await orphansOf(folder)).toEqual([]);

      const again = await start(folder, ['--once']);
      expect(await again.exited).toEqual({ code: 0, signal: null });
      expect(readStack(folder).tenant_id).toBe(tenant_id);
    },
    A_WHOLE_STACK_MS,
  );

  it(
    'ends cleanly when npm is killed, which cannot tell it',
    async () => {
      const folder = newStackFolder('npm');
      const npm = await startStackUnderNpm(folder);
      started.push(npm);
      await npm.says('Ctrl-C stops everything');
      npm.signal('SIGKILL');
      await npm.exited;
      expect(npm.output()).toContain('Stopped everything');
      expect(await orphansOf(folder)).toEqual([]);
    },
    A_WHOLE_STACK_MS,
  );

  it(
    'ends with the name and the last words of a service that died',
    async () => {
      const folder = newStackFolder('died');
      const stack = await start(folder);
      await stack.says('Ctrl-C stops everything');
      process.kill(pidOf(stack, 'worker'), 'SIGKILL');
      expect(await stack.exited).toEqual({ code: 1, signal: null });
      expect(stack.output()).toContain('The worker ended by itself (signal SIGKILL).');
      expect(stack.output()).toContain('Its last lines:');
      expect(processesOf(folder)).toEqual([]);
    },
    A_WHOLE_STACK_MS,
  );

  it('ends cleanly also where it is asked to before it is up', async () => {
    const folder = newStackFolder('early');
    const stack = await start(folder);
    await stack.says('Starting Switchboard');
    stack.signal('SIGTERM');
    expect(await stack.exited).toEqual({ code: 0, signal: null });
    expect(processesOf(folder)).toEqual([]);
  });
});

describe('what npm start says when it cannot start', () => {
  it('names the variable and the port that is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const port = String((other.address() as AddressInfo).port);
    try {
      const stack = await start(newStackFolder('taken'), [], { API_PORT: port });
      expect(await stack.exited).toEqual({ code: 1, signal: null });
      expect(stack.output()).toContain(`API_PORT asks for port ${port}, and another program is listening there.`);
      expect(stack.output()).not.toContain('    at ');
    } finally {
      other.close();
    }
  });

  it('names a service’s setting that is wrong, in the service’s own words', async () => {
    const stack = await start(newStackFolder('setting'), [], { RETRY_SCHEDULE: 'often' });
    expect(await stack.exited).toEqual({ code: 1, signal: null });
    expect(stack.output()).toContain('The worker ended before it was ready (exit code 78).');
    expect(stack.output()).toMatch(/RETRY_SCHEDULE: /);
  });

  it('lists its options with --help, and points there for one that does not exist', async () => {
    const help = await start(newStackFolder('help'), ['--help']);
    expect(await help.exited).toEqual({ code: 0, signal: null });
    expect(help.output()).toContain('STACK_DIR');
    const wrong = await start(newStackFolder('wrong'), ['--twice']);
    expect(await wrong.exited).toEqual({ code: 1, signal: null });
    expect(wrong.output()).toContain(`Unknown option '--twice'. \`npm start -- --help\` lists the options.`);
  });
});
