import { commonSettings, flag, parseConfig, parsedBy, serverUrl, wholeNumber } from '@switchboard/shared';
import { createPublicKey } from 'node:crypto';
import { z } from 'zod';
import { FAULT_POINTS } from './faults.js';

/** jsonwebtoken verifies no RS256 signature with a shorter key, and so would refuse every token. */
const LEAST_RSA_BITS = 2_048;

/** The API's settings. The table in the README is made from this schema. */
export const apiConfigSchema = z.object({
  ...commonSettings,
  API_HOST: z
    .string()
    .default('0.0.0.0')
    .meta({ description: 'The address the API listens on.', example: '127.0.0.1' }),
  API_PORT: wholeNumber(1, 65_535).default(3000).meta({ description: 'The port the API listens on.', example: '3000' }),
  API_DATABASE_POOL_SIZE: wholeNumber(2, 200)
    .default(10)
    .meta({ description: 'Connections to PostgreSQL an API process.', example: '10' }),
  API_KEY_PREFIX: z
    .string()
    .regex(/^[a-z][a-z0-9]{0,11}$/, 'expected 1 to 12 lower-case letters and digits')
    .default('sb')
    .meta({ description: 'What API keys start with: `<prefix>_live_...`.', example: 'kv' }),
  ALLOW_API_KEY_IN_QUERY: flag().default(true).meta({
    description: 'Whether `?api_key=` is taken beside the two headers. URLs end up in logs of others.',
    example: 'false',
  }),
  TRUST_PROXY: z
    .string()
    .default('loopback')
    .transform((text) => (/^\d+$/.test(text) ? Number(text) : text))
    .meta({
      description: 'Proxies in front whose X-Forwarded-For is believed: how many, or their networks.',
      example: '1',
    }),
  REQUESTS_PER_ADDRESS_PER_MINUTE: wholeNumber(1, 100_000_000).default(600_000).meta({
    description: 'Ceiling for one address in one API process, whatever its key: a brake, not a plan.',
    example: '600000',
  }),
  AUTH_FAILURES_PER_MINUTE: wholeNumber(1, 100_000).default(20).meta({
    description: 'Requests without a valid key that one address may send before it is slowed with 429.',
    example: '20',
  }),
  PLATFORM_JWT_ALGORITHM: z
    .enum(['HS256', 'RS256'], 'expected HS256 or RS256')
    .default('HS256')
    .meta({ description: 'The one algorithm platform tokens may be signed with.', example: 'RS256' }),
  PLATFORM_JWT_SECRET: z.string().min(32, 'expected at least 32 characters').optional().meta({
    description: 'The secret of platform tokens, with HS256.',
    example: '$(openssl rand -base64 48)',
    secret: true,
  }),
  PLATFORM_JWT_PUBLIC_KEY: z
    .string()
    .refine(isRsaPublicKey, `expected an RSA public key of at least ${LEAST_RSA_BITS} bits in PEM`)
    .optional()
    // Public, but kept out of messages: what is refused here is most often the private key, given by mistake.
    .meta({
      description: 'The public key of platform tokens in PEM, with RS256.',
      example: '"$(cat platform.pub.pem)"',
      secret: true,
    }),
  PLATFORM_JWT_ISSUER: z
    .string()
    .default('switchboard-platform')
    .meta({ description: 'The `iss` that platform tokens must have.', example: 'https://auth.kaivox.example' }),
  PLATFORM_JWT_AUDIENCE: z
    .string()
    .default('switchboard')
    .meta({ description: 'The `aud` that platform tokens must have.', example: 'switchboard' }),
  PUBLIC_URL: z
    .string()
    .refine(isOrigin, 'expected http:// or https:// and a host, without a path')
    .transform((text) => new URL(text).origin)
    .optional()
    .meta({
      description:
        'The address people and their browsers reach the API by: what links in invitations start with. With https: the portal’s cookies are always Secure. Not set: http://localhost:<API_PORT>.',
      example: 'https://api.kaivox.example',
    }),
  PORTAL_FRAME_ANCESTORS: parsedBy(parseOrigins).default([]).meta({
    description: 'Origins whose pages may show the portal in a frame, comma-separated. Not set: none.',
    example: 'https://app.kaivox.example,https://*.kaivox.example',
  }),
  SMTP_URL: serverUrl('smtp', 'smtps').optional().meta({
    description: 'Where invitations are sent from. Not set: the inviter is given a link to pass on.',
    example: 'smtps://user:password@mail.kaivox.example:465',
    secret: true,
  }),
  MAIL_FROM: z
    .string()
    .regex(/^[^\r\n]*@[^\r\n]*$/, 'expected an e-mail address, with a name before it or not')
    .optional()
    .meta({
      description: 'Who invitations are from; required with SMTP_URL.',
      example: 'KaiVox <no-reply@kaivox.example>',
    }),
  FAULT_POINT: z
    .enum(FAULT_POINTS, `expected one of ${FAULT_POINTS.join(', ')}`)
    .optional()
    .meta({
      description: 'For tests: the process kills itself at this point. Refused in production.',
      example: 'after_commit',
    }),
});

export type ApiConfig = z.output<typeof apiConfigSchema>;

/** @throws ConfigError with everything that is wrong at once */
export function parseApiConfig(env: Record<string, string | undefined>): ApiConfig {
  return parseConfig(apiConfigSchema, env, checkTogether);
}

function checkTogether(config: ApiConfig): string[] {
  const problems: string[] = [];
  if (config.PLATFORM_JWT_ALGORITHM === 'HS256' && config.PLATFORM_JWT_SECRET === undefined) {
    problems.push(
      'PLATFORM_JWT_SECRET: is required with PLATFORM_JWT_ALGORITHM=HS256. Example: PLATFORM_JWT_SECRET=$(openssl rand -base64 48)',
    );
  }
  if (config.PLATFORM_JWT_ALGORITHM === 'RS256' && config.PLATFORM_JWT_PUBLIC_KEY === undefined) {
    problems.push(
      'PLATFORM_JWT_PUBLIC_KEY: is required with PLATFORM_JWT_ALGORITHM=RS256. Example: PLATFORM_JWT_PUBLIC_KEY="$(cat platform.pub.pem)"',
    );
  }
  if (config.SMTP_URL !== undefined && config.MAIL_FROM === undefined) {
    problems.push('MAIL_FROM: is required with SMTP_URL. Example: MAIL_FROM="KaiVox <no-reply@kaivox.example>"');
  }
  if (config.FAULT_POINT !== undefined && config.NODE_ENV === 'production') {
    problems.push('FAULT_POINT: is for tests and refused with NODE_ENV=production. Example: unset FAULT_POINT');
  }
  return problems;
}

function isRsaPublicKey(text: string): boolean {
  if (!text.startsWith('-----BEGIN PUBLIC KEY-----')) return false;
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = createPublicKey(text);
    return asymmetricKeyType === 'rsa' && (asymmetricKeyDetails?.modulusLength ?? 0) >= LEAST_RSA_BITS;
  } catch {
    return false;
  }
}

function isOrigin(text: string): boolean {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) return false;
  const { pathname, search, hash, username, password } = new URL(text);
  return pathname === '/' && search + hash + username + password === '';
}

/** What may stand in a Content-Security-Policy: an origin, its first label a star or not. @throws Error */
function parseOrigins(text: string): string[] {
  const origins = text
    .split(',')
    .map((origin) => origin.trim())
    .filter(Boolean);
  for (const origin of origins) {
    if (!/^https?:\/\/(\*\.)?[A-Za-z0-9.-]+(:\d{1,5})?$/.test(origin)) {
      throw new Error(`"${origin}" is not an origin: write https:// and a host, without a path`);
    }
  }
  return origins;
}
