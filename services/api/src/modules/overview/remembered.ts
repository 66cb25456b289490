export interface Remembered<T> {
  /** What is known under this key, or what `work` makes of it now; those who ask meanwhile wait for the same. */
  get(key: string, work: () => Promise<T>): Promise<T>;
}

interface Answer<T> {
  outcome: Promise<T>;
  /** By performance.now(). */
  until: number;
}

const LEAST_MS = 3_000;
/** An answer that took a second is kept for twenty: so it never costs more than a twentieth of one connection. */
const KEPT_PER_SPENT = 20;
const MAX_KEYS = 1_000;

/** Keeps answers for a few seconds, the longer the more they cost; failures too, or a heavy question would be asked again and again. */
export function createRemembered<T>(): Remembered<T> {
  const answers = new Map<string, Answer<T>>();
  return {
    get: (key, work) => {
      const known = answers.get(key);
      if (known && performance.now() < known.until) return known.outcome;
      const begunAt = performance.now();
      const answer: Answer<T> = { outcome: work(), until: Number.POSITIVE_INFINITY };
      answers.delete(key);
      answers.set(key, answer);
      if (answers.size > MAX_KEYS) answers.delete(answers.keys().next().value as string);
      const settled = () => {
        const now = performance.now();
        answer.until = now + Math.max(LEAST_MS, (now - begunAt) * KEPT_PER_SPENT);
      };
      answer.outcome.then(settled, settled);
      return answer.outcome;
    },
  };
}
