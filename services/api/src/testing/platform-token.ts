import jsonwebtoken from 'jsonwebtoken';
import type { PlatformJwtSettings } from '../http/platform-auth.js';

export const TEST_PLATFORM_JWT: PlatformJwtSettings = {
  algorithm: 'HS256',
  verificationKey: 'the platform secret of the tests, 32 characters and more',
  issuer: 'switchboard-platform',
  audience: 'switchboard',
};

interface TokenOptions {
  claims?: object;
  signing?: jsonwebtoken.SignOptions;
  key?: jsonwebtoken.Secret;
}

/** A token that the test API accepts, but for what `options` changes. */
export function platformToken({ claims, signing, key = TEST_PLATFORM_JWT.verificationKey }: TokenOptions = {}): string {
  const { algorithm, issuer, audience } = TEST_PLATFORM_JWT;
  return jsonwebtoken.sign({ role: 'platform', ...claims }, key, {
    algorithm,
    issuer,
    audience,
    expiresIn: '5m',
    ...signing,
  });
}
