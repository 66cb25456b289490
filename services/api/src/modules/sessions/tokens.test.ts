import { describe, expect, it } from '@jest/globals';
import { newUuid, parseKeyring } from '@switchboard/shared';
import jsonwebtoken from 'jsonwebtoken';
import { createSessionTokens } from './tokens.js';

const keyText = (id: string, byte: number) => `${id}:${Buffer.alloc(32, byte).toString('base64')}`;
const keyring = parseKeyring(keyText('a', 1));
const tokens = createSessionTokens(keyring);
const soon = () => new Date(Date.now() + 60_000);
const [signingKey = Buffer.alloc(0)] = keyring.derive('portal access token');
const claims = { sid: newUuid() };
const named = { issuer: 'switchboard', audience: 'switchboard-portal', expiresIn: 60 } as const;

describe('an access token', () => {
  it('tells its session until it ends', () => {
    const id = newUuid();
    expect(tokens.verifyAccess(tokens.signAccess(id, soon()))).toEqual({
      session_id: id,
      expires_at: expect.any(Date),
    });
    expect(tokens.verifyAccess(tokens.signAccess(id, new Date(Date.now() - 1_000)))).toBeNull();
  });

  it('is signed with HS256, and the product’s own way of signing passes the checks below', () => {
    expect(jsonwebtoken.decode(tokens.signAccess(newUuid(), soon()), { complete: true })?.header.alg).toBe('HS256');
    expect(tokens.verifyAccess(jsonwebtoken.sign(claims, signingKey, named))).not.toBeNull();
  });

  it.each([
    ['another algorithm', () => jsonwebtoken.sign(claims, signingKey, { ...named, algorithm: 'HS512' })],
    ['no signature', () => jsonwebtoken.sign(claims, '', { ...named, algorithm: 'none' })],
    ['another key', () => jsonwebtoken.sign(claims, Buffer.alloc(32, 9), named)],
    ['another audience', () => jsonwebtoken.sign(claims, signingKey, { ...named, audience: 'switchboard' })],
    ['another issuer', () => jsonwebtoken.sign(claims, signingKey, { ...named, issuer: 'somebody' })],
    ['no end', () => jsonwebtoken.sign(claims, signingKey, { issuer: named.issuer, audience: named.audience })],
    ['a session that is no id', () => jsonwebtoken.sign({ sid: `' OR 1=1` }, signingKey, named)],
  ])('is refused with %s', (_what, make) => {
    expect(tokens.verifyAccess(make())).toBeNull();
  });

  it('stays good while its key is in the ring, whichever key signs now', () => {
    const token = tokens.signAccess(newUuid(), soon());
    const rotated = createSessionTokens(parseKeyring(`${keyText('b', 2)},${keyText('a', 1)}`));
    const dropped = createSessionTokens(parseKeyring(keyText('b', 2)));
    expect(rotated.verifyAccess(token)).not.toBeNull();
    expect(rotated.signAccess(newUuid(), soon())).not.toBe(token);
    expect(dropped.verifyAccess(token)).toBeNull();
  });
});

describe('a CSRF token', () => {
  it('belongs to one session', () => {
    const [mine, another] = [newUuid(), newUuid()];
    const token = tokens.csrfTokenOf(mine);
    expect(tokens.isCsrfTokenOf(mine, token)).toBe(true);
    expect(tokens.isCsrfTokenOf(another, token)).toBe(false);
    expect(tokens.isCsrfTokenOf(mine, '')).toBe(false);
    expect(tokens.isCsrfTokenOf(mine, `${token}x`)).toBe(false);
  });

  it('outlives a rotation of the keys', () => {
    const id = newUuid();
    const rotated = createSessionTokens(parseKeyring(`${keyText('b', 2)},${keyText('a', 1)}`));
    expect(rotated.isCsrfTokenOf(id, tokens.csrfTokenOf(id))).toBe(true);
  });
});
