import type { ApiKeyView } from '../../api';

/** What a list of keys has to say about each: whether it works, whether anybody needs it, whether it has grown old. */

const DAY_MS = 86_400_000;
/** A key that nobody ever used after this long was made for nothing. */
export const NEVER_USED_DAYS = 30;
export const UNUSED_DAYS = 60;
/** After this long a key should be replaced: who knows where copies of it lie. */
export const OLD_DAYS = 90;
const ENDING_DAYS = 7;

export type KeyState = 'active' | 'ending' | 'expired' | 'revoked';
export type Staleness = 'never_used' | 'unused';

type Times = Pick<ApiKeyView, 'created_at' | 'last_used_at' | 'expires_at' | 'revoked_at'>;

export function keyState({ revoked_at, expires_at }: Times, now: number): KeyState {
  if (revoked_at !== null) return 'revoked';
  if (expires_at === null) return 'active';
  const left_ms = Date.parse(expires_at) - now;
  if (left_ms <= 0) return 'expired';
  return left_ms < ENDING_DAYS * DAY_MS ? 'ending' : 'active';
}

export function isUsable(key: Times, now: number): boolean {
  const state = keyState(key, now);
  return state === 'active' || state === 'ending';
}

/** null where it is in use, still young, or over anyway. */
export function staleness(key: Times, now: number): Staleness | null {
  if (!isUsable(key, now)) return null;
  if (key.last_used_at !== null) return now - Date.parse(key.last_used_at) >= UNUSED_DAYS * DAY_MS ? 'unused' : null;
  return now - Date.parse(key.created_at) >= NEVER_USED_DAYS * DAY_MS ? 'never_used' : null;
}

/** Older than 90 days and not on its way out already, as a key is that was rolled. */
export function shouldBeRolled(key: Times, now: number): boolean {
  return keyState(key, now) === 'active' && now - Date.parse(key.created_at) > OLD_DAYS * DAY_MS;
}

export function ageInDays({ created_at }: Times, now: number): number {
  return Math.floor((now - Date.parse(created_at)) / DAY_MS);
}

/** Those that work first, and the newest of them at the top. */
export function inOrder<K extends Times>(keys: readonly K[], now: number): K[] {
  const rank = (key: K) => (isUsable(key, now) ? 0 : 1);
  return [...keys].sort((a, b) => rank(a) - rank(b) || Date.parse(b.created_at) - Date.parse(a.created_at));
}
