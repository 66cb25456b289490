import type { Receiver } from './receiver.js';

export interface HeldReceiver {
  /** How many POSTs wait for their answer. */
  heldCount(): number;
  /** Answers all that wait with 200, and everything from now on at once. */
  release(): void;
}

/** Has a receiver take POSTs and not answer them: what is sent stays in mid-POST for as long as the test wants. */
export function hold(receiver: Receiver): HeldReceiver {
  let answers: (() => void)[] = [];
  receiver.answerWith(() => new Promise((resolve) => answers.push(() => resolve({ status: 200 }))));
  return {
    heldCount: () => receiver.inHandCount(),
    release: () => {
      receiver.answerWith(() => ({ status: 200 }));
      for (const answer of answers) answer();
      answers = [];
    },
  };
}
