import { z } from 'zod';
import { parseKeyring } from '../encryption/keyring.js';
import { createAddressPolicy } from '../network/index.js';
import { flag, parsedBy, serverUrl, wholeNumber } from './config.js';

/** The settings that the API and the worker share; both must be given the same values. */
export const commonSettings = {
  NODE_ENV: z
    .enum(['development', 'test', 'production'], 'expected development, test or production')
    .default('production')
    .meta({
      description: 'Fault hooks and pretty logs exist outside production only.',
      example: 'production',
    }),
  LOG_LEVEL: z
    .enum(
      ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
      'expected trace, debug, info, warn, error, fatal or silent',
    )
    .default('info')
    .meta({ description: 'The least level that is logged.', example: 'info' }),
  DATABASE_URL: serverUrl('postgres', 'postgresql').meta({
    description: 'PostgreSQL 15 or later. The truth of the product.',
    example: 'postgres://switchboard:password@localhost:5432/switchboard',
    secret: true,
  }),
  REDIS_URL: serverUrl('redis', 'rediss').optional().meta({
    description: 'Redis 6.2 or later with `maxmemory-policy noeviction`. Without it the queues run on PostgreSQL.',
    example: 'redis://localhost:6379',
    secret: true,
  }),
  QUEUE_PREFIX: z
    .string()
    .regex(/^[a-z][a-z0-9_-]{0,39}$/, 'expected lower-case letters, digits, - and _')
    .default('switchboard')
    .meta({
      description: 'What the queues’ keys in Redis start with, so that two installations can share a server.',
      example: 'switchboard',
    }),
  ENCRYPTION_KEYS: parsedBy(parseKeyring).meta({
    description:
      'Keys for secrets at rest, `<id>:<base64 of 32 bytes>`, comma-separated. The first encrypts; all decrypt.',
    example: 'k1:$(openssl rand -base64 32)',
    secret: true,
  }),
  BRAND: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9-]{0,29}$/, 'expected 1 to 30 letters, digits or hyphens')
    .default('Switchboard')
    .meta({ description: 'The name in webhook headers: `X-<Brand>-Signature`.', example: 'KaiVox' }),
  ALLOWED_PRIVATE_NETWORKS: parsedBy((text) =>
    createAddressPolicy({
      allowedPrivateNetworks: text
        .split(',')
        .map((cidr) => cidr.trim())
        .filter(Boolean),
    }),
  )
    .default(() => createAddressPolicy({ allowedPrivateNetworks: [] }))
    .meta({
      description:
        'Private networks that webhooks may be sent to, as CIDRs. For development; leave it empty in production.',
      example: '127.0.0.0/8,::1/128',
    }),
  ALLOW_HTTP: flag()
    .default(false)
    .meta({ description: 'Whether webhook URLs may be plain `http:`.', example: 'false' }),
} as const;

export const poolSizeSetting = wholeNumber(2, 500);
