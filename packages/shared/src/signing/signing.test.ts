import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { generateWebhookSecret, simpleSignature, standardSignature, standardSignatures } from './signing.js';

interface Vector {
  name: string;
  id: string;
  timestamp: number;
  secret: string;
  body: string;
  webhook_signature: string;
  simple_signature: string;
}

const file = fileURLToPath(new URL('../../../../../shared/vectors/signatures.json', import.meta.url));
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: Vector[] };

describe('signing', () => {
  it.each(cases)('signs as the published vector says: $name', (vector) => {
    const body = Buffer.from(vector.body, 'utf8');
    expect(standardSignature(vector.secret, vector.id, vector.timestamp, body)).toBe(vector.webhook_signature);
    expect(simpleSignature(vector.secret, body)).toBe(vector.simple_signature);
  });

  it('signs with several secrets in their order, each as if it were alone', () => {
    const [first, second] = cases as [Vector, Vector];
    const body = Buffer.from(first.body, 'utf8');
    const alone = [first, second].map(({ secret }) => standardSignature(secret, first.id, first.timestamp, body));
    expect(alone[0]).toBe(first.webhook_signature);
    expect(standardSignatures([first.secret, second.secret], first.id, first.timestamp, body)).toBe(alone.join(' '));
    expect(standardSignatures([first.secret], first.id, first.timestamp, body)).toBe(first.webhook_signature);
  });

  it('makes secrets of 32 random bytes, never the same twice', () => {
    const secrets = new Set(Array.from({ length: 100 }, () => generateWebhookSecret()));
    expect(secrets.size).toBe(100);
    for (const secret of secrets) expect(Buffer.from(secret.slice('whsec_'.length), 'base64')).toHaveLength(32);
  });
});
