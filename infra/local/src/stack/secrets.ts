import { randomBytes } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { readJson, writePrivateJson, type StackFolder } from './folder.js';

/** Made once per stack folder and kept there with mode 0600. */
export interface StackSecrets {
  postgres_password: string;
  /** `<key id>:<base64 of 32 bytes>` */
  encryption_keys: string;
  platform_jwt_secret: string;
}

/** Issuer and audience are the services' defaults. */
export const PLATFORM_TOKEN = {
  algorithm: 'HS256',
  issuer: 'switchboard-platform',
  audience: 'switchboard',
  subject: 'local-stack',
  /** A local stack that stays up for weeks keeps working; each start makes a new one. */
  lifetime: '30d',
} as const;

export function loadOrMakeSecrets(folder: StackFolder): StackSecrets {
  const file = folder.file('secrets.json');
  const kept = readJson<StackSecrets>(file);
  if (kept) return kept;
  const secrets: StackSecrets = {
    // Base64url needs no escaping in a database URL.
    postgres_password: randomBytes(24).toString('base64url'),
    encryption_keys: `local1:${randomBytes(32).toString('base64')}`,
    platform_jwt_secret: randomBytes(48).toString('base64url'),
  };
  writePrivateJson(file, secrets);
  return secrets;
}

/** A token for the platform API, as the platform's own backends would sign it. */
export function signPlatformToken(secret: string): string {
  return jwt.sign({ role: 'platform' }, secret, {
    algorithm: PLATFORM_TOKEN.algorithm,
    issuer: PLATFORM_TOKEN.issuer,
    audience: PLATFORM_TOKEN.audience,
    subject: PLATFORM_TOKEN.subject,
    expiresIn: PLATFORM_TOKEN.lifetime,
  });
}
