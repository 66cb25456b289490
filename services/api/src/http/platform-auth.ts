import { AppError } from '@switchboard/shared';
import type { RequestHandler } from 'express';
import jsonwebtoken from 'jsonwebtoken';
import { createPublicKey, createSecretKey, type KeyObject } from 'node:crypto';

export interface PlatformJwtSettings {
  /** Pinned: a token that names another algorithm is refused, whatever its signature. */
  algorithm: 'HS256' | 'RS256';
  /** The shared secret for HS256, the public key in PEM for RS256. */
  verificationKey: string;
  issuer: string;
  audience: string;
}

/** The platform's own backends present a JWT that the platform signed, with the role `platform` and an end. */
export function platformAuth(settings: PlatformJwtSettings): RequestHandler {
  const key = keyOf(settings);
  return (req, res, next) => {
    const token = /^Bearer +(\S+)$/i.exec(req.get('authorization') ?? '')?.[1];
    const claims = token === undefined ? null : verify(token, key, settings);
    if (!claims) {
      res.set('WWW-Authenticate', 'Bearer');
      throw new AppError('unauthorized', 'Present a valid platform token as "Authorization: Bearer <token>".');
    }
    if (claims.role !== 'platform') throw new AppError('forbidden', 'This token lacks the role "platform".');
    next();
  };
}

/** Made once: given a string, jsonwebtoken tries to read it as a public key on every call (a quarter of a publish's CPU). */
function keyOf({ algorithm, verificationKey }: PlatformJwtSettings): KeyObject {
  return algorithm === 'HS256' ? createSecretKey(verificationKey, 'utf8') : createPublicKey(verificationKey);
}

function verify(token: string, key: KeyObject, settings: PlatformJwtSettings): jsonwebtoken.JwtPayload | null {
  try {
    const claims = jsonwebtoken.verify(token, key, {
      algorithms: [settings.algorithm],
      issuer: settings.issuer,
      audience: settings.audience,
      clockTolerance: 5,
    });
    // A token without an end would be a password that nobody can change.
    return typeof claims === 'object' && typeof claims.exp === 'number' ? claims : null;
  } catch {
    return null;
  }
}
