import { describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { parseKeyring } from './keyring.js';

const newKey = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;

describe('keyring', () => {
  it('gives back what it encrypted, and never the same ciphertext twice', () => {
    const keyring = parseKeyring(newKey('a'));
    const [first, second] = [keyring.encrypt('whsec_Zoë', 'row-1'), keyring.encrypt('whsec_Zoë', 'row-1')];
    expect(keyring.decrypt(first, 'row-1')).toBe('whsec_Zoë');
    expect(first.equals(second)).toBe(false);
  });

  it('refuses a ciphertext that was moved to another row', () => {
    const keyring = parseKeyring(newKey('a'));
    const sealed = keyring.encrypt('secret', 'row-1');
    expect(() => keyring.decrypt(sealed, 'row-2')).toThrow();
  });

  it('refuses a ciphertext with one bit changed', () => {
    const keyring = parseKeyring(newKey('a'));
    const sealed = keyring.encrypt('secret', 'row-1');
    sealed[sealed.length - 1] = (sealed.at(-1) as number) ^ 1;
    expect(() => keyring.decrypt(sealed, 'row-1')).toThrow();
  });

  it('reads what an older key wrote after a new key was put in front', () => {
    const [oldKey, freshKey] = [newKey('old'), newKey('fresh')];
    const sealed = parseKeyring(oldKey).encrypt('secret', 'row-1');
    expect(parseKeyring(`${freshKey},${oldKey}`).decrypt(sealed, 'row-1')).toBe('secret');
    expect(() => parseKeyring(freshKey).decrypt(sealed, 'row-1')).toThrow(/no encryption key with id "old"/);
  });

  it.each(['', 'a:short', 'noid', `A:${randomBytes(32).toString('base64')}`])('refuses %j as keys', (text) => {
    expect(() => parseKeyring(text)).toThrow(/each key must be/);
  });
});
