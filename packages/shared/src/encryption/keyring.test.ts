import { describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { parseKeyring, rememberingKeyring } from './keyring.js';

const newKey = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;

describe('keyring', () => {
  it('gives back what it encrypted, and never the same ciphertext twice', () => {
    const keyring = parseKeyring(newKey('a'));
    const [first, second] = [keyring.encrypt('whsec_Zoë', 'row-1'), keyring.encrypt('whsec_Zoë', 'row-1')];
    expect(keyring.decrypt(first, 'row-1')).toBe('whsec_Zoë');
    expect(first.equals(second)).toBe(false);
  });

  it('makes keys for other purposes: the same each time, one for each of its own, none like another', () => {
    const [first, second] = [newKey('a'), newKey('b')];
    const keyring = parseKeyring(`${first},${second}`);
    const [signing, older] = keyring.derive('signing');
    expect(keyring.derive('signing')).toEqual([signing, older]);
    expect(parseKeyring(second).derive('signing')).toEqual([older]);
    expect(rememberingKeyring(keyring).derive('signing')).toEqual([signing, older]);
    const all = [...keyring.derive('signing'), ...keyring.derive('sealing')].map((key) => key.toString('hex'));
    expect(new Set(all).size).toBe(4);
    expect(all.every((key) => key.length === 64)).toBe(true);
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

describe('a keyring that remembers', () => {
  const id = 'row-1';
  const keyring = parseKeyring(`k1:${Buffer.alloc(32, 7).toString('base64')}`);

  it('decrypts the same text once, and another text or row anew', () => {
    let decrypted = 0;
    const counted = {
      ...keyring,
      decrypt: (sealed: Buffer, row: string) => ((decrypted += 1), keyring.decrypt(sealed, row)),
    };
    const remembering = rememberingKeyring(counted, 10);
    const [old, fresh] = [keyring.encrypt('old', id), keyring.encrypt('new', id)];
    expect([old, old, fresh, old].map((sealed) => remembering.decrypt(sealed, id))).toEqual([
      'old',
      'old',
      'new',
      'old',
    ]);
    expect(decrypted).toBe(2);
    expect(() => remembering.decrypt(old, 'row-2')).toThrow();
  });

  it('forgets when it holds as much as it may', () => {
    const remembering = rememberingKeyring(keyring, 2);
    for (let n = 0; n < 5; n += 1) expect(remembering.decrypt(keyring.encrypt(String(n), id), id)).toBe(String(n));
  });
});
