import { describe, expect, it } from '@jest/globals';
import { workerConfigSchema } from '@switchboard/worker/config';
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { environmentVariables } from './environment-table.js';
import { isInRepository, readText, REPOSITORY } from './repository.js';

interface ComposeService {
  command?: string[];
  container_name?: string;
  environment?: Record<string, string>;
  healthcheck?: { test: string[] };
  ports?: unknown[];
  restart?: string;
  stop_grace_period?: string;
  depends_on?: Record<string, { condition: string }>;
}

const REQUIRED = ['POSTGRES_PASSWORD', 'ENCRYPTION_KEYS', 'PLATFORM_JWT_SECRET'];
const SECRETS = { POSTGRES_PASSWORD: 'p4ssw0rd', ENCRYPTION_KEYS: 'k1:c2VjcmV0', PLATFORM_JWT_SECRET: 'a-long-secret' };
/** The services take this much longer than a delivery may take, when they are told to stop. */
const SHUTDOWN_MARGIN_MS = 5_000;

/** docker-compose 1.29 and the plugin of docker, those that are here; both read the same file. */
const COMPOSE_COMMANDS = [
  { title: 'docker-compose', command: ['docker-compose'] },
  { title: 'docker compose', command: ['docker', 'compose'] },
].filter(({ command }) => canRun([...command, 'version']));

function canRun([command = '', ...args]: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

/** What compose makes of the file with these variables alone, whatever a .env beside it says. */
async function config([command = '', ...args]: string[], variables: Record<string, string>): Promise<string> {
  const own = Object.fromEntries([...REQUIRED, ...composeVariables()].map((name) => [name, variables[name] ?? '']));
  const options = { cwd: REPOSITORY, env: { PATH: process.env.PATH, HOME: process.env.HOME, ...own } };
  const { stdout } = await promisify(execFile)(command, [...args, 'config'], options);
  return stdout;
}

function composeVariables(): string[] {
  return [...readText('docker-compose.yml').matchAll(/\$\{(\w+)/g)].map(([, name = '']) => name);
}

function services(): Record<string, ComposeService> {
  return (parse(readText('docker-compose.yml'), { merge: true }) as { services: Record<string, ComposeService> })
    .services;
}

function seconds(text: string | undefined): number {
  return Number(/^(\d+)s$/.exec(text ?? '')?.[1]);
}

describe('docker-compose.yml', () => {
  if (COMPOSE_COMMANDS.length === 0) {
    it.skip('was not checked by compose: neither docker-compose nor docker compose is on this machine', () =>
      undefined);
  }
  for (const { title, command } of COMPOSE_COMMANDS) {
    it(`is valid for ${title}`, async () => {
      const { services: known } = parse(await config(command, SECRETS)) as { services: object };
      expect(Object.keys(known).sort()).toEqual(['api', 'migrate', 'postgres', 'redis', 'worker']);
    });

    it.each(REQUIRED)(
      `is refused by ${title} without %s, in words that name it and the file to look at`,
      async (name) => {
        const refusal = config(command, { ...SECRETS, [name]: '' });
        await expect(refusal).rejects.toThrow(`${name} must be set in .env; infra/docker/example.env says how`);
      },
    );
  }

  it('lets there be any number of workers: no name and no port on the host', () => {
    expect(services().worker).not.toHaveProperty('container_name');
    expect(services().worker).not.toHaveProperty('ports');
  });

  it('gives a worker the time to finish its attempts in flight', () => {
    const deliveryTimeoutMs = workerConfigSchema.shape.DELIVERY_TIMEOUT.parse(undefined);
    expect(seconds(services().worker?.stop_grace_period) * 1_000).toBeGreaterThan(
      deliveryTimeoutMs + SHUTDOWN_MARGIN_MS,
    );
  });

  it.each(['api', 'worker'])(
    'starts the %s after the migration, checks its health, and starts it again when it ends',
    (name) => {
      const service = services()[name];
      expect(service?.depends_on?.migrate?.condition).toBe('service_completed_successfully');
      expect(service?.healthcheck?.test.join(' ')).toMatch(/^CMD node infra\/docker\/healthcheck.mjs http:.*\/readyz$/);
      expect(service?.restart).toBe('unless-stopped');
    },
  );

  it('passes on settings that the services know, and no other', () => {
    const known = environmentVariables().map((variable) => variable.name);
    const given = ['api', 'worker', 'migrate'].flatMap((name) => Object.keys(services()[name]?.environment ?? {}));
    expect(given.filter((name) => !known.includes(name))).toEqual([]);
  });

  it('passes on every setting that example.env offers, and example.env offers every one', () => {
    const offered = [...readText('infra/docker/example.env').matchAll(/^#?([A-Z_]+)=/gm)].map(([, name]) => name);
    const notForPeople = ['SWITCHBOARD_VERSION'];
    expect([...new Set(offered)].sort()).toEqual(
      [...new Set(composeVariables())].filter((name) => !notForPeople.includes(name)).sort(),
    );
  });

  it('shows in example.env the defaults that the services have', () => {
    const shown = [...readText('infra/docker/example.env').matchAll(/^#([A-Z_]+)=(.*)$/gm)];
    const defaults = new Map(environmentVariables().map((variable) => [variable.name, variable.defaultText]));
    const forTrying = ['ALLOW_HTTP', 'ALLOWED_PRIVATE_NETWORKS', 'API_PUBLISHED_PORT'];
    for (const [, name = '', value] of shown.filter(([, variable = '']) => !forTrying.includes(variable))) {
      expect([name, value]).toEqual([name, defaults.get(name)]);
    }
  });
});

describe('infra/redis/redis.conf', () => {
  it.each(['appendonly yes', 'appendfsync everysec', 'maxmemory-policy noeviction'])(
    'says %s, without which jobs get lost',
    (line) => {
      expect(readText('infra/redis/redis.conf').split('\n')).toContain(line);
    },
  );

  it('is the file that compose starts Redis with', () => {
    expect(isInRepository('infra/redis/redis.conf')).toBe(true);
    expect(readText('docker-compose.yml')).toContain('./infra/redis/redis.conf:/usr/local/etc/redis/redis.conf:ro');
    expect(services().redis?.command).toEqual(['redis-server', '/usr/local/etc/redis/redis.conf']);
  });
});
