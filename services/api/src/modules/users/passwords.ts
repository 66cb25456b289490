import { hash, verify } from '@node-rs/argon2';
import { validationFailed } from '@switchboard/shared';

export const PASSWORD_MIN_LENGTH = 10;
/** A longer one only keeps the processor busy. */
export const PASSWORD_MAX_LENGTH = 200;

/** argon2id with OWASP's least parameters (19 MiB, two passes, one lane). Each hash names its own, so they can be raised. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFC'), PARAMETERS);
}

let hashOfNobody: Promise<string> | undefined;

/** @param stored null where there is no such person: that takes as long as a wrong password, so time tells nothing */
export async function isPasswordRight(stored: string | null, password: string): Promise<boolean> {
  hashOfNobody ??= hashPassword('a password that nobody has');
  const isRight = await verify(stored ?? (await hashOfNobody), password.normalize('NFC'));
  return isRight && stored !== null;
}

const RUNS = [
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiopasdfghjklzxcvbnm',
  '01234567890123456789',
  '09876543210987654321',
];
const LEAST_DIFFERENT_CHARACTERS = 5;

/**
 * Refuses what is guessed first. No rules of digits and signs: they make passwords worse (NIST SP 800-63B).
 *
 * @throws AppError validation_failed
 */
export function requireGoodPassword(password: string, { email, path }: { email: string; path: string }): void {
  const problem = problemOf(password.toLowerCase(), email.toLowerCase());
  if (problem !== null) throw validationFailed([{ path, message: problem }]);
}

function problemOf(password: string, email: string): string | null {
  if (password.length < PASSWORD_MIN_LENGTH) return `must have at least ${PASSWORD_MIN_LENGTH} characters`;
  if (password.length > PASSWORD_MAX_LENGTH) return `must have at most ${PASSWORD_MAX_LENGTH} characters`;
  const [localPart = ''] = email.split('@');
  if (password.includes(email) || (localPart.length >= 4 && password.startsWith(localPart))) {
    return 'must not be your e-mail address';
  }
  if (new Set(password).size < LEAST_DIFFERENT_CHARACTERS || RUNS.some((run) => run.includes(password))) {
    return 'is too easy to guess: use several words, or let a password manager make one';
  }
  return /^.{0,2}p[a4]ssw[o0]rd.{0,5}$/.test(password) ? 'is too easy to guess: it is the word password' : null;
}
