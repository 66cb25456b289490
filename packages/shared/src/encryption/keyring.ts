import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const IV_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/** Encrypts and decrypts what must be stored but never read by a thief of the database (invariant 10). */
export interface Keyring {
  /** AES-256-GCM under the current key. `rowId` is authenticated: a ciphertext moved to another row does not decrypt. */
  encrypt(plaintext: string, rowId: string): Buffer;
  /** @throws Error where the key id is unknown, the row is another one, or the bytes were changed. */
  decrypt(sealed: Buffer, rowId: string): string;
  /**
   * Keys for another purpose, one made of each of the ring's by HKDF-SHA256: the first is for signing, all are for
   * verifying. So a rotation of the ring rotates these too, and no key serves two purposes.
   */
  derive(purpose: string): Buffer[];
}

/** A keyring's text form is `<key id>:<base64 of 32 bytes>`, comma-separated; the first key encrypts, all of them decrypt. */
export function parseKeyring(text: string): Keyring {
  const keys = new Map<string, Buffer>();
  for (const part of text.split(',').map((entry) => entry.trim())) {
    const match = /^([a-z0-9]{1,16}):([A-Za-z0-9+/]+=*)$/.exec(part);
    const key = Buffer.from(match?.[2] ?? '', 'base64');
    if (!match?.[1] || key.length !== KEY_BYTES) {
      throw new Error('each key must be <id of 1-16 lower-case letters or digits>:<base64 of 32 bytes>');
    }
    if (keys.has(match[1])) throw new Error(`key id "${match[1]}" is given twice`);
    keys.set(match[1], key);
  }
  const [current] = keys.keys();
  if (!current) throw new Error('at least one key is needed');
  return {
    encrypt: (plaintext, rowId) => encrypt(keys, current, plaintext, rowId),
    decrypt: (sealed, rowId) => decrypt(keys, sealed, rowId),
    derive: (purpose) => [...keys.values()].map((key) => Buffer.from(hkdfSync('sha256', key, '', purpose, KEY_BYTES))),
  };
}

/**
 * The same keyring, which remembers what it has decrypted: an endpoint's secret signs thousands of webhooks. Bounded, and
 * a sealed text that changes is another text, so a rotation takes effect at once.
 */
export function rememberingKeyring(keyring: Keyring, maxRemembered = 10_000): Keyring {
  const remembered = new Map<string, string>();
  return {
    ...keyring,
    decrypt: (sealed, rowId) => {
      const key = rowId + sealed.toString('latin1');
      const known = remembered.get(key);
      if (known !== undefined) return known;
      const plaintext = keyring.decrypt(sealed, rowId);
      if (remembered.size >= maxRemembered) remembered.clear();
      remembered.set(key, plaintext);
      return plaintext;
    },
  };
}

/** Layout: one byte with the key id's length, the key id, IV, tag, ciphertext. The id makes rotation a matter of adding a key. */
function encrypt(keys: Map<string, Buffer>, keyId: string, plaintext: string, rowId: string): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', keys.get(keyId) as Buffer, iv).setAAD(Buffer.from(rowId));
  const ciphertext = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
  const id = Buffer.from(keyId);
  return Buffer.concat([Buffer.from([id.length]), id, iv, cipher.getAuthTag(), ciphertext]);
}

function decrypt(keys: Map<string, Buffer>, sealed: Buffer, rowId: string): string {
  const idEnd = 1 + (sealed[0] ?? 0);
  const keyId = sealed.toString('utf8', 1, idEnd);
  const key = keys.get(keyId);
  if (!key) throw new Error(`no encryption key with id "${keyId}": ENCRYPTION_KEYS must keep every key still in use`);
  const ivEnd = idEnd + IV_BYTES;
  const tagEnd = ivEnd + TAG_BYTES;
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(idEnd, ivEnd))
    .setAAD(Buffer.from(rowId))
    .setAuthTag(sealed.subarray(ivEnd, tagEnd));
  return Buffer.concat([decipher.update(sealed.subarray(tagEnd)), decipher.final()]).toString('utf8');
}
