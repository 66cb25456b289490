import { isUuid, type Keyring } from '@switchboard/shared';
import jsonwebtoken from 'jsonwebtoken';
import { createHash, createHmac, createSecretKey, randomBytes, timingSafeEqual } from 'node:crypto';

export const ACCESS_TOKEN_MS = 15 * 60_000;

const ALGORITHM = 'HS256';
const ISSUER = 'switchboard';
const AUDIENCE = 'switchboard-portal';
const SECRET_BYTES = 32;

/** What a session's holder is given: a short-lived access token, a token to get the next, and the page's CSRF token. */
export interface SessionTokens {
  signAccess(sessionId: string, expiresAt: Date): string;
  /** @returns null where the token is none of ours or too old */
  verifyAccess(token: string): VerifiedAccess | null;
  csrfTokenOf(sessionId: string): string;
  isCsrfTokenOf(sessionId: string, token: string): boolean;
}

export interface VerifiedAccess {
  session_id: string;
  expires_at: Date;
}

export function createSessionTokens(keyring: Keyring): SessionTokens {
  // Given a string, jsonwebtoken would try to read it as a public key each time.
  const accessKeys = keyring.derive('portal access token').map((key) => createSecretKey(key));
  const csrfKeys = keyring.derive('portal csrf token');
  const [signingKey] = accessKeys;
  const [csrfKey] = csrfKeys;
  if (!signingKey || !csrfKey) throw new Error('a keyring has at least one key');
  const csrfWith = (key: Buffer, sessionId: string) => createHmac('sha256', key).update(sessionId).digest();
  return {
    signAccess: (sessionId, expiresAt) =>
      jsonwebtoken.sign({ sid: sessionId, exp: Math.floor(expiresAt.getTime() / 1_000) }, signingKey, {
        algorithm: ALGORITHM,
        issuer: ISSUER,
        audience: AUDIENCE,
      }),
    verifyAccess: (token) => {
      for (const key of accessKeys) {
        const verified = verifyWith(key, token);
        if (verified) return verified;
      }
      return null;
    },
    csrfTokenOf: (sessionId) => csrfWith(csrfKey, sessionId).toString('base64url'),
    isCsrfTokenOf: (sessionId, token) => {
      const given = Buffer.from(token, 'base64url');
      return csrfKeys.some((key) => {
        const right = csrfWith(key, sessionId);
        return given.length === right.length && timingSafeEqual(given, right);
      });
    },
  };
}

function verifyWith(key: jsonwebtoken.Secret, token: string): VerifiedAccess | null {
  try {
    const claims = jsonwebtoken.verify(token, key, { algorithms: [ALGORITHM], issuer: ISSUER, audience: AUDIENCE });
    if (typeof claims !== 'object' || typeof claims.exp !== 'number') return null;
    const { sid } = claims as { sid?: unknown };
    if (!isUuid(sid)) return null;
    return { session_id: sid, expires_at: new Date(claims.exp * 1_000) };
  } catch {
    return null;
  }
}

/** A secret for a link or a session; only its SHA-256 is kept. */
export function newSecret(): { secret: string; hash: Buffer } {
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  return { secret, hash: hashSecret(secret) };
}

/** Random bytes need no slow hash. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** A refresh token names its session, so that an old one still tells which session's tokens were stolen. */
export function refreshTokenOf(sessionId: string, secret: string): string {
  return `${sessionId}.${secret}`;
}

export function parseRefreshToken(token: string): { sessionId: string; hash: Buffer } | null {
  const [sessionId = '', secret = '', ...rest] = token.split('.');
  if (!isUuid(sessionId) || secret === '' || rest.length > 0) return null;
  return { sessionId, hash: hashSecret(secret) };
}
