import type { Executor } from '@switchboard/db';
import { insertEndpoint, type EndpointFixture } from '@switchboard/db/testing';
import { generateWebhookSecret, newUuid, parseKeyring } from '@switchboard/shared';
import { randomBytes } from 'node:crypto';

export const TEST_ENCRYPTION_KEYS = `test1:${randomBytes(32).toString('base64')}`;
export const testKeyring = parseKeyring(TEST_ENCRYPTION_KEYS);

export interface SealedEndpoint {
  id: string;
  secret: string;
}

/** An endpoint with a secret, and custom headers where they are given, encrypted as the API does it. */
export async function insertSealedEndpoint(
  executor: Executor,
  {
    headers,
    ...endpoint
  }: Omit<EndpointFixture, 'id' | 'secret_sealed' | 'headers_sealed'> & { headers?: Record<string, string> },
): Promise<SealedEndpoint> {
  const [id, secret] = [newUuid(), generateWebhookSecret()];
  await insertEndpoint(executor, {
    ...endpoint,
    id,
    secret_sealed: testKeyring.encrypt(secret, id),
    headers_sealed: headers ? testKeyring.encrypt(JSON.stringify(headers), id) : null,
  });
  return { id, secret };
}
