import { describe, expect, it } from '@jest/globals';
import { ConfigError, variableDocs } from '@switchboard/shared';
import { generateKeyPairSync } from 'node:crypto';
import { apiConfigSchema, parseApiConfig } from './config.js';

const publicKeyEncoding = { type: 'spki', format: 'pem' } as const;
const privateKeyEncoding = { type: 'pkcs8', format: 'pem' } as const;
const rsaKeys = (modulusLength: number) =>
  generateKeyPairSync('rsa', { modulusLength, publicKeyEncoding, privateKeyEncoding });
const rsa = rsaKeys(2_048);

const KEY = Buffer.alloc(32, 1).toString('base64');
const GOOD = {
  DATABASE_URL: 'postgres://switchboard:hunter2@localhost:5432/switchboard',
  ENCRYPTION_KEYS: `k1:${KEY}`,
  PLATFORM_JWT_SECRET: 'a secret of thirty-two characters',
};

function problemsOf(change: Record<string, string | undefined>): string[] {
  try {
    parseApiConfig({ ...GOOD, ...change });
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('the API’s configuration', () => {
  it('needs a database, an encryption key and a secret for platform tokens, and has defaults for the rest', () => {
    const config = parseApiConfig(GOOD);
    expect(config).toMatchObject({
      NODE_ENV: 'production',
      API_PORT: 3000,
      API_KEY_PREFIX: 'sb',
      BRAND: 'Switchboard',
      ALLOW_HTTP: false,
    });
    expect(config.REDIS_URL).toBeUndefined();
  });

  it.each([
    ['DATABASE_URL', undefined, 'is required'],
    ['DATABASE_URL', 'localhost:5432', 'starts with postgres://'],
    ['DATABASE_URL', 'mysql://localhost/x', 'starts with postgres://'],
    ['REDIS_URL', 'http://localhost:6379', 'starts with redis://'],
    ['ENCRYPTION_KEYS', undefined, 'is required'],
    ['ENCRYPTION_KEYS', 'k1', 'base64 of 32 bytes'],
    ['ENCRYPTION_KEYS', 'k1:c2hvcnQ=', 'base64 of 32 bytes'],
    ['ENCRYPTION_KEYS', `k1:${KEY},k1:${KEY}`, '"k1" is given twice'],
    ['NODE_ENV', 'prod', 'expected development, test or production'],
    ['LOG_LEVEL', 'verbose', 'expected trace, debug'],
    ['QUEUE_PREFIX', 'a:b', 'lower-case letters'],
    ['BRAND', 'Kai Vox', 'letters, digits or hyphens'],
    ['BRAND', 'Kai\r\nX-Admin', 'letters, digits or hyphens'],
    ['ALLOWED_PRIVATE_NETWORKS', '10.0.0.0', 'needs a prefix length'],
    ['ALLOWED_PRIVATE_NETWORKS', '10.0.0.0/33', 'prefix length'],
    ['ALLOW_HTTP', '1', 'expected true or false'],
    ['API_PORT', '0', 'from 1 to 65535'],
    ['API_PORT', '65536', 'from 1 to 65535'],
    ['API_PORT', '3000x', 'from 1 to 65535'],
    ['API_PORT', '-1', 'from 1 to 65535'],
    ['API_DATABASE_POOL_SIZE', '1', 'from 2 to 200'],
    ['API_DATABASE_POOL_SIZE', '1e2', 'from 2 to 200'],
    ['API_KEY_PREFIX', 'SB', 'lower-case letters and digits'],
    ['API_KEY_PREFIX', 'sb_', 'lower-case letters and digits'],
    ['ALLOW_API_KEY_IN_QUERY', 'yes', 'expected true or false'],
    ['PLATFORM_JWT_ALGORITHM', 'none', 'expected HS256 or RS256'],
    ['PLATFORM_JWT_SECRET', 'short', 'at least 32 characters'],
    ['PLATFORM_JWT_PUBLIC_KEY', 'ssh-rsa AAAA', 'RSA public key of at least 2048 bits'],
    ['PUBLIC_URL', 'api.kaivox.example', 'http:// or https://'],
    ['PUBLIC_URL', 'https://api.kaivox.example/portal', 'without a path'],
    ['PUBLIC_URL', 'javascript:alert(1)', 'http:// or https://'],
    ['PORTAL_FRAME_ANCESTORS', 'https://app.kaivox.example/x', 'without a path'],
    ['PORTAL_FRAME_ANCESTORS', '*', 'is not an origin'],
    ['PORTAL_FRAME_ANCESTORS', 'https://a.example; script-src *', 'is not an origin'],
    ['SMTP_URL', 'https://mail.kaivox.example', 'starts with smtp://'],
    ['MAIL_FROM', 'nobody', 'expected an e-mail address'],
    ['FAULT_POINT', 'somewhere', 'expected one of before_commit, after_commit'],
  ])('%s=%s: names the variable, the problem and an example', (name, value, problem) => {
    const problems = problemsOf({ [name]: value });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${name}: `));
    expect(problems[0]).toContain(problem);
    expect(problems[0]).toContain(`Example: ${name}=`);
  });

  it('takes a public key that can verify RS256, and no other', () => {
    const refused = [
      expect.stringMatching(/^PLATFORM_JWT_PUBLIC_KEY: expected an RSA public key of at least 2048 bits in PEM/),
    ];
    const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256', publicKeyEncoding, privateKeyEncoding });
    const cutOff = rsa.publicKey.replace(/\n.{20}/, '\n');
    for (const key of [rsa.privateKey, rsaKeys(1_024).publicKey, elliptic.publicKey, cutOff]) {
      expect(problemsOf({ PLATFORM_JWT_PUBLIC_KEY: key })).toEqual(refused);
    }
    expect(problemsOf({ PLATFORM_JWT_PUBLIC_KEY: rsa.publicKey })).toEqual([]);
  });

  it('tells everything that is wrong at once', () => {
    const problems = problemsOf({ API_PORT: 'x', LOG_LEVEL: 'x', DATABASE_URL: undefined });
    expect(problems.map((problem) => problem.split(':')[0]).sort()).toEqual(['API_PORT', 'DATABASE_URL', 'LOG_LEVEL']);
  });

  it('says what a value was, but never repeats a secret', () => {
    expect(problemsOf({ API_PORT: '70000' })[0]).toContain('got "70000"');
    const secrets = {
      DATABASE_URL: 'mysql://root:hunter2@localhost',
      REDIS_URL: 'memcached://:hunter2@localhost',
      SMTP_URL: 'http://root:hunter2@localhost',
      ENCRYPTION_KEYS: 'hunter2',
      PLATFORM_JWT_SECRET: 'hunter2',
      PLATFORM_JWT_PUBLIC_KEY: rsa.privateKey,
    };
    const text = problemsOf(secrets).join('\n');
    for (const name of Object.keys(secrets)) expect(text).toContain(`${name}: `);
    expect(text).not.toContain('hunter2');
    expect(text).not.toContain('PRIVATE KEY');
  });

  it('describes every variable, with an example', () => {
    for (const name of Object.keys(apiConfigSchema.shape)) {
      const { description, example } = variableDocs(apiConfigSchema, name);
      expect({ name, description, example }).toEqual({
        name,
        description: expect.stringMatching(/\.$/),
        example: expect.stringMatching(/./),
      });
    }
  });

  it('takes an empty variable for one that is not set, and leaves the others of the machine alone', () => {
    expect(parseApiConfig({ ...GOOD, REDIS_URL: '', HOME: '/root', API_PORTS: 'x' }).REDIS_URL).toBeUndefined();
  });
});

describe('settings that belong together', () => {
  it('a mail server needs a sender', () => {
    const SMTP_URL = 'smtp://user:hunter2@mail.kaivox.example';
    const [problem, ...others] = problemsOf({ SMTP_URL });
    expect(others).toEqual([]);
    expect(problem).toMatch(/^MAIL_FROM: is required with SMTP_URL.*Example: /);
    expect(problem).not.toContain('hunter2');
    expect(problemsOf({ SMTP_URL, MAIL_FROM: 'KaiVox <no-reply@kaivox.example>' })).toEqual([]);
  });

  it('HS256 needs the secret, RS256 the public key', () => {
    expect(problemsOf({ PLATFORM_JWT_SECRET: undefined })).toEqual([
      expect.stringMatching(/^PLATFORM_JWT_SECRET: is required with PLATFORM_JWT_ALGORITHM=HS256.*Example: /),
    ]);
    const missing = expect.stringMatching(
      /^PLATFORM_JWT_PUBLIC_KEY: is required with PLATFORM_JWT_ALGORITHM=RS256.*Example: /,
    );
    expect(problemsOf({ PLATFORM_JWT_ALGORITHM: 'RS256' })).toEqual([missing]);
    const withKey = {
      PLATFORM_JWT_ALGORITHM: 'RS256',
      PLATFORM_JWT_PUBLIC_KEY: rsa.publicKey,
      PLATFORM_JWT_SECRET: undefined,
    };
    expect(problemsOf(withKey)).toEqual([]);
  });

  it('a fault point is refused in production, which is what a process is where nobody says', () => {
    const refused = expect.stringMatching(/^FAULT_POINT: .*refused with NODE_ENV=production.*Example: /);
    expect(problemsOf({ FAULT_POINT: 'after_commit', NODE_ENV: 'production' })).toEqual([refused]);
    expect(problemsOf({ FAULT_POINT: 'after_commit' })).toEqual([refused]);
    expect(problemsOf({ FAULT_POINT: 'after_commit', NODE_ENV: 'test' })).toEqual([]);
  });
});
