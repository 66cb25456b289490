import type { Executor } from './executor.js';

/** Under which one POST's answer is kept: 24 hours, per tenant, mode and route. */
export interface IdempotencyScope {
  tenant_id: string;
  mode: string;
  route: string;
  key: string;
}

export interface StoredAnswer {
  fingerprint: Buffer;
  status: number;
  answer_sealed: Buffer;
}

/**
 * Takes the scope's lock until the transaction ends, without waiting. @returns false where another request holds it
 */
export async function tryLockIdempotencyKey(transaction: Executor, scope: IdempotencyScope): Promise<boolean> {
  const [row] = await transaction.query<{ locked: boolean }>({
    name: 'try-lock-idempotency-key',
    text: `SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS locked`,
    values: [JSON.stringify([scope.tenant_id, scope.mode, scope.route, scope.key])],
  });
  return row?.locked ?? false;
}

export async function findStoredAnswer(executor: Executor, scope: IdempotencyScope): Promise<StoredAnswer | null> {
  const [row] = await executor.query<StoredAnswer>({
    name: 'find-stored-answer',
    text: `
      SELECT fingerprint, status, answer_sealed FROM idempotency_keys
      WHERE tenant_id = $1 AND mode = $2 AND route = $3 AND key = $4 AND created_at > now() - interval '24 hours'`,
    values: [scope.tenant_id, scope.mode, scope.route, scope.key],
  });
  return row ?? null;
}

/**
 * Keeps the answer. It replaces an expired one that upkeep has not removed yet; and a success replaces a refusal,
 * which is stored after its rollback and may so come between the look and the COMMIT of a second request.
 */
export async function storeAnswer(executor: Executor, scope: IdempotencyScope, answer: StoredAnswer): Promise<void> {
  await executor.query({
    name: 'store-answer',
    text: `
      INSERT INTO idempotency_keys (tenant_id, mode, route, key, fingerprint, status, answer_sealed)
      VALUES ($1, $2, $3, $4, $5, $6, $7)
      ON CONFLICT (tenant_id, mode, route, key) DO UPDATE
        SET fingerprint = excluded.fingerprint, status = excluded.status,
          answer_sealed = excluded.answer_sealed, created_at = now()
        WHERE idempotency_keys.created_at <= now() - interval '24 hours'
          OR (idempotency_keys.status >= 400 AND excluded.status < 400)`,
    values: [
      scope.tenant_id,
      scope.mode,
      scope.route,
      scope.key,
      answer.fingerprint,
      answer.status,
      answer.answer_sealed,
    ],
  });
}

export async function deleteStoredAnswersOlderThan(executor: Executor, maxAgeMs: number): Promise<void> {
  await executor.query({
    text: `DELETE FROM idempotency_keys WHERE created_at < now() - $1::float8 * interval '1 millisecond'`,
    values: [maxAgeMs],
  });
}
