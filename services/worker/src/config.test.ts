import { describe, expect, it } from '@jest/globals';
import { ConfigError, variableDocs } from '@switchboard/shared';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseWorkerConfig, workerConfigSchema } from './config.js';

const KEY = Buffer.alloc(32, 1).toString('base64');
const GOOD = {
  DATABASE_URL: 'postgres://switchboard:hunter2@localhost:5432/switchboard',
  ENCRYPTION_KEYS: `k1:${KEY}`,
};

function problemsOf(change: Record<string, string | undefined>): string[] {
  try {
    parseWorkerConfig({ ...GOOD, ...change });
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('the worker’s configuration', () => {
  it('needs a database and an encryption key, and has the documented defaults for the rest', () => {
    const config = parseWorkerConfig(GOOD);
    expect(config).toMatchObject({
      WORKER_PORT: 3001,
      DELIVERY_TIMEOUT: 10_000,
      MAX_ATTEMPTS: 10,
      SWEEP_INTERVAL: 5_000,
      ALLOW_HTTP: false,
    });
    expect(config.RETRY_SCHEDULE.slice(0, 4)).toEqual([60_000, 120_000, 240_000, 480_000]);
  });

  it.each([
    ['DATABASE_URL', undefined, 'is required'],
    ['REDIS_URL', 'localhost:6379', 'starts with redis://'],
    ['ENCRYPTION_KEYS', 'k1:c2hvcnQ=', 'base64 of 32 bytes'],
    ['NODE_ENV', 'staging', 'expected development, test or production'],
    ['BRAND', '1st', 'letters, digits or hyphens'],
    ['ALLOWED_PRIVATE_NETWORKS', 'localhost', 'is not a network'],
    ['WORKER_PORT', '0', 'from 1 to 65535'],
    ['WORKER_DATABASE_POOL_SIZE', '3', 'from 4 to 200'],
    ['DELIVERY_CONCURRENCY', '0', 'from 1 to 2000'],
    ['RETRY_CONCURRENCY', 'many', 'from 1 to 2000'],
    ['FAN_OUT_CONCURRENCY', '51', 'from 1 to 50'],
    ['ENDPOINT_CONCURRENCY', '0', 'from 1 to 1000'],
    ['DELIVERY_TIMEOUT', '10', 'is not a duration'],
    ['DELIVERY_TIMEOUT', '50ms', 'at least 100 ms'],
    ['DELIVERY_TIMEOUT', '2m', 'at most 60000 ms'],
    ['RETRY_SCHEDULE', '60,120', '"60" is not a duration'],
    ['RETRY_SCHEDULE', '60s,,120s', '"" is not a duration'],
    ['RETRY_SCHEDULE', '-1s', '"-1s" is not a duration'],
    ['RETRY_SCHEDULE', Array.from({ length: 31 }, () => '1s').join(), 'at most 30 pauses'],
    ['MAX_ATTEMPTS', '21', 'from 1 to 20'],
    ['DNS_SERVERS', 'dns.example', 'expected IP addresses'],
    ['DNS_SERVERS', '10.0.0.2,,10.0.0.3', 'expected IP addresses'],
    ['SWEEP_INTERVAL', '10ms', 'at least 100 ms'],
    ['SWEEP_INTERVAL', '1d', 'at most 600000 ms'],
    ['REPLAY_RATE_PER_SECOND', '0', 'from 1 to 1000'],
  ])('%s=%s: names the variable, the problem and an example', (name, value, problem) => {
    const problems = problemsOf({ [name]: value });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${name}: `));
    expect(problems[0]).toContain(problem);
    expect(problems[0]).toContain(`Example: ${name}=`);
  });

  it('takes name servers with a port or without, and the machine’s own where none are given', () => {
    const servers = (text?: string) => parseWorkerConfig({ ...GOOD, DNS_SERVERS: text }).DNS_SERVERS;
    expect(servers('10.0.0.2, [fd00::2]:5353')).toEqual(['10.0.0.2', '[fd00::2]:5353']);
    expect([servers(), servers('')]).toEqual([[], []]);
  });

  it('never repeats a secret', () => {
    const text = problemsOf({
      DATABASE_URL: 'mysql://root:hunter2@localhost',
      REDIS_URL: 'http://:hunter2@x',
      ENCRYPTION_KEYS: 'hunter2',
    }).join('\n');
    for (const name of ['DATABASE_URL', 'REDIS_URL', 'ENCRYPTION_KEYS']) expect(text).toContain(`${name}: `);
    expect(text).not.toContain('hunter2');
  });

  it('describes every variable, with an example', () => {
    for (const name of Object.keys(workerConfigSchema.shape)) {
      const { description, example } = variableDocs(workerConfigSchema, name);
      expect({ name, description, example }).toEqual({
        name,
        description: expect.stringMatching(/\.$/),
        example: expect.stringMatching(/./),
      });
    }
  });
});

describe('settings that belong together', () => {
  it('the pool has a connection for every fan-out and for what else runs beside it', () => {
    const problems = problemsOf({ WORKER_DATABASE_POOL_SIZE: '12', FAN_OUT_CONCURRENCY: '20' });
    expect(problems).toEqual([
      expect.stringMatching(
        /^WORKER_DATABASE_POOL_SIZE: 12 is too small for FAN_OUT_CONCURRENCY=20.*Example: WORKER_DATABASE_POOL_SIZE=28$/,
      ),
    ]);
    expect(problemsOf({ WORKER_DATABASE_POOL_SIZE: '28', FAN_OUT_CONCURRENCY: '20' })).toEqual([]);
  });

  it('one endpoint may not take the whole worker', () => {
    const problems = problemsOf({ ENDPOINT_CONCURRENCY: '101' });
    expect(problems).toEqual([
      expect.stringMatching(
        /^ENDPOINT_CONCURRENCY: 101 is more than DELIVERY_CONCURRENCY=100.*Example: ENDPOINT_CONCURRENCY=10$/,
      ),
    ]);
  });
});

describe('the worker process', () => {
  it('ends with exit code 78 and the whole list on standard error, before it connects to anything', () => {
    const entry = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../dist/main.js');
    const env = {
      PATH: process.env.PATH,
      ...GOOD,
      DATABASE_URL: 'mysql://root:hunter2@localhost',
      SWEEP_INTERVAL: '5',
    };
    const { status, stdout, stderr } = spawnSync(process.execPath, [entry], { env, encoding: 'utf8', timeout: 20_000 });
    expect({ status, stdout }).toEqual({ status: 78, stdout: '' });
    expect(stderr).toMatch(/^ {2}- DATABASE_URL: .*Example: DATABASE_URL=/m);
    expect(stderr).toMatch(/^ {2}- SWEEP_INTERVAL: .*Example: SWEEP_INTERVAL=/m);
    expect(stderr).not.toContain('hunter2');
  });
});
