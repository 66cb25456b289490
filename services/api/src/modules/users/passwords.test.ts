import { describe, expect, it } from '@jest/globals';
import { hashPassword, isPasswordRight, requireGoodPassword } from './passwords.js';

const check = (password: string) => () =>
  requireGoodPassword(password, { email: 'ada.lovelace@example.com', path: 'password' });

describe('a password', () => {
  it('is kept as argon2id with OWASP’s parameters, each time with another salt', async () => {
    const [first, second] = await Promise.all([hashPassword('a good password'), hashPassword('a good password')]);
    expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(first).not.toBe(second);
    expect(await isPasswordRight(first, 'a good password')).toBe(true);
    expect(await isPasswordRight(first, 'a good passwore')).toBe(false);
  });

  it('is the same however a keyboard composes its letters', async () => {
    expect(await isPasswordRight(await hashPassword('Zoe\u0308’s long password'), 'Zo\u00eb’s long password')).toBe(
      true,
    );
  });

  it('is never right for nobody, and asking takes as long as for somebody', async () => {
    const somebody = await hashPassword('a good password');
    await isPasswordRight(null, 'warm up');
    const took = async (stored: string | null) => {
      const start = performance.now();
      for (let n = 0; n < 5; n++) expect(await isPasswordRight(stored, 'wrong')).toBe(false);
      return performance.now() - start;
    };
    const [known, unknown] = [await took(somebody), await took(null)];
    // Without a hash to compare with it would be a thousand times faster; the machine's own noise is much less.
    expect(unknown).toBeGreaterThan(known / 5);
    expect(await isPasswordRight(null, 'a password that nobody has')).toBe(false);
  });

  it.each(['correct horse', 'x7#Kq!ms02', 'größer als zehn', 'passphrase of ten'])('"%s" is taken', (password) => {
    expect(check(password)).not.toThrow();
  });

  it.each([
    ['too short', 'nine char'],
    ['too long', 'long '.repeat(41)],
    ['one letter', 'aaaaaaaaaaaa'],
    ['few letters', 'abababababab'],
    ['a row of digits', '1234567890'],
    ['a row of keys', 'QWERTYUIOP'],
    ['a row of letters', 'abcdefghij'],
    ['the word password', 'Passw0rd123'],
    ['the e-mail address', 'ada.lovelace@example.com'],
    ['what stands before the @', 'ada.lovelace1'],
  ])('is refused when it is %s', (_what, password) => {
    expect(check(password)).toThrow(expect.objectContaining({ code: 'validation_failed' }));
  });
});
