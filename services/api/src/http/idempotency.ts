import {
  findStoredAnswer,
  storeAnswer,
  tryLockIdempotencyKey,
  type Executor,
  type IdempotencyScope,
} from '@switchboard/db';
import { AppError, validationFailed, type Keyring } from '@switchboard/shared';
import { createHash } from 'node:crypto';

/** A POST that names an Idempotency-Key: under what its answer is kept, and what makes it the same request. */
export interface IdempotentRequest {
  scope: IdempotencyScope;
  fingerprint: Buffer;
  /** The status of a success of this route. */
  success_status: number;
}

/** Not a failure: the answer of the first request with this key, to be sent again. */
export class ReplayedAnswer extends Error {
  override readonly name = 'ReplayedAnswer';

  constructor(
    readonly status: number,
    readonly body: string,
  ) {
    super('The answer is known from before.');
  }
}

const KEY = /^[\x21-\x7e]{1,255}$/;

/** @throws AppError validation_failed where the key is not 1 to 255 printable characters */
export function idempotentRequest(
  key: string,
  route: Omit<IdempotencyScope, 'key'>,
  body: unknown,
  successStatus: number,
): IdempotentRequest {
  if (!KEY.test(key)) {
    throw validationFailed([
      { path: 'Idempotency-Key', message: 'must be 1 to 255 printable ASCII characters without spaces' },
    ]);
  }
  const fingerprint = createHash('sha256')
    .update(JSON.stringify(body) ?? '')
    .digest();
  return { scope: { ...route, key }, fingerprint, success_status: successStatus };
}

/** Keeps answers for 24 hours, inside the transaction that does the work: the row, its event and its answer are one. */
export interface AnswerStore {
  /**
   * Makes the transaction the only one with this key.
   * @throws ReplayedAnswer, or AppError idempotency_in_flight or idempotency_key_reused
   */
  claim(transaction: Executor, request: IdempotentRequest): Promise<void>;
  keep(executor: Executor, request: IdempotentRequest, status: number, body: string): Promise<void>;
}

export function createAnswerStore(keyring: Keyring): AnswerStore {
  return {
    claim: async (transaction, { scope, fingerprint }) => {
      if (!(await tryLockIdempotencyKey(transaction, scope))) {
        throw new AppError('idempotency_in_flight', 'A request with this Idempotency-Key is being worked on.');
      }
      const stored = await findStoredAnswer(transaction, scope);
      if (!stored) return;
      if (!stored.fingerprint.equals(fingerprint)) {
        throw new AppError('idempotency_key_reused', 'This Idempotency-Key was used before with another body.');
      }
      throw new ReplayedAnswer(stored.status, keyring.decrypt(stored.answer_sealed, rowIdOf(scope)));
    },
    keep: (executor, { scope, fingerprint }, status, body) =>
      storeAnswer(executor, scope, { fingerprint, status, answer_sealed: keyring.encrypt(body, rowIdOf(scope)) }),
  };
}

function rowIdOf(scope: IdempotencyScope): string {
  return JSON.stringify([scope.tenant_id, scope.mode, scope.route, scope.key]);
}
