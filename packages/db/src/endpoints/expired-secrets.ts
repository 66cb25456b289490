import type { Executor } from '../executor.js';

/** Wipes the secrets whose overlap after a rotation has ended: they sign nothing any more, and nobody needs to hold them. */
export async function forgetExpiredSecrets(executor: Executor): Promise<void> {
  await executor.query({
    text: `
      UPDATE webhook_endpoints SET previous_secret_sealed = NULL, previous_secret_expires_at = NULL
      WHERE previous_secret_expires_at <= now()`,
    values: [],
  });
}
