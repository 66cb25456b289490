import { createHash, randomInt } from 'node:crypto';

export type Mode = 'live' | 'test';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const RANDOM_LENGTH = 32;
const CHECKSUM_LENGTH = 6;

/** What the database and a list may know of a key; the key itself is shown once and never stored. */
export interface NewApiKey {
  key: string;
  hash: Buffer;
  prefix: string;
  last4: string;
}

/**
 * A new key `<prefix>_live_` + 32 random base62 characters (190 bits) + 6 checksum characters. The checksum lets a
 * typing error, and a secret scanner, be answered without a look into the database.
 */
export function generateApiKey(prefix: string, mode: Mode): NewApiKey {
  let random = '';
  for (let i = 0; i < RANDOM_LENGTH; i += 1) random += BASE62.charAt(randomInt(BASE62.length));
  const start = `${prefix}_${mode}_${random}`;
  const key = start + checksumOf(start);
  return { key, hash: hashApiKey(key), prefix: `${prefix}_${mode}_`, last4: key.slice(-4) };
}

/** SHA-256 is enough for 190 random bits; a slow hash would only slow every request (invariant 10). */
export function hashApiKey(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

/** Whether a text has a key's form and its checksum fits: what a real key always passes and a typing error does not. */
export function isWellFormedApiKey(text: string, prefix: string): boolean {
  const match = /^([a-z][a-z0-9]*)_(live|test)_([0-9A-Za-z]{38})$/.exec(text);
  if (match?.[1] !== prefix) return false;
  const start = text.slice(0, -CHECKSUM_LENGTH);
  return checksumOf(start) === text.slice(-CHECKSUM_LENGTH);
}

function checksumOf(text: string): string {
  let number = createHash('sha256').update(text).digest().readUIntBE(0, 6);
  let checksum = '';
  for (let i = 0; i < CHECKSUM_LENGTH; i += 1) {
    checksum += BASE62.charAt(number % BASE62.length);
    number = Math.floor(number / BASE62.length);
  }
  return checksum;
}
