import type { RateCounters, WindowCount } from '@switchboard/queue';
import { AppError } from '@switchboard/shared';
import { createHash } from 'node:crypto';

const WINDOW = { name: 'sign_in_failures', seconds: 15 * 60 };
const FAILURES_PER_EMAIL = 10;
const FAILURES_PER_ADDRESS = 50;

/** Makes guessing passwords slow, over all processes together, whoever is guessed and wherever from. */
export interface SignInSlowDown {
  /**
   * Runs one try. It counts as failed before it begins, so that many at once do not slip through together, and is
   * taken back where it succeeds: its own count and nobody else's.
   *
   * @throws AppError rate_limited, or what `attempt` throws
   */
  guard<T>(who: { email: string; address: string }, attempt: () => Promise<T>): Promise<T>;
}

export function createSignInSlowDown(counters: RateCounters): SignInSlowDown {
  const counter = counters.windows([WINDOW]);
  const count = async (key: string, limit: number) => {
    const [state] = await counter.count(key);
    if (state && state.consumed > limit) throw slowedDown(state);
  };
  return {
    guard: async ({ email, address }, attempt) => {
      const keys = { address: `address:${address}`, email: `email:${digest(email)}` };
      await count(keys.address, FAILURES_PER_ADDRESS);
      await count(keys.email, FAILURES_PER_EMAIL);
      const result = await attempt();
      await counter.giveBack(keys.address, WINDOW.name);
      await counter.giveBack(keys.email, WINDOW.name);
      return result;
    },
  };
}

/** The counters' store holds no e-mail addresses. */
function digest(email: string): string {
  return createHash('sha256').update(email).digest('base64url');
}

function slowedDown({ reset_ms }: WindowCount): AppError {
  const seconds = Math.max(1, Math.ceil(reset_ms / 1_000));
  return new AppError('rate_limited', `Too many failed sign-ins. Try again in ${Math.ceil(seconds / 60)} minutes.`, {
    retryAfterSeconds: seconds,
  });
}
