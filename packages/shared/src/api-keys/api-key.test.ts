import { describe, expect, it } from '@jest/globals';
import { generateApiKey, hashApiKey, isWellFormedApiKey } from './api-key.js';

describe('API keys', () => {
  it('have the brand prefix, the mode, 32 random and 6 checksum characters', () => {
    const { key, prefix, last4 } = generateApiKey('sb', 'test');
    expect(key).toMatch(/^sb_test_[0-9A-Za-z]{38}$/);
    expect(prefix).toBe('sb_test_');
    expect(key.endsWith(last4)).toBe(true);
  });

  it('are known by their checksum: one changed character is a typing error, not a look-up', () => {
    const { key } = generateApiKey('sb', 'live');
    expect(isWellFormedApiKey(key, 'sb')).toBe(true);
    const last = key.at(-10) === 'x' ? 'y' : 'x';
    expect(isWellFormedApiKey(key.slice(0, -10) + last + key.slice(-9), 'sb')).toBe(false);
    expect(isWellFormedApiKey(key, 'kv')).toBe(false);
  });

  it('are stored as a SHA-256 that tells nothing of the key', () => {
    const { key, hash } = generateApiKey('sb', 'live');
    expect(hash).toHaveLength(32);
    expect(hash.equals(hashApiKey(key))).toBe(true);
  });
});
