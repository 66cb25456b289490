import type { Feeder } from '../flow/feeder.js';

/** What was asked of a feeder: the call's name, and what it was given. */
export type Asked = [keyof Feeder, ...unknown[]];

/** A feeder that does nothing but note what it is asked for. `backlogs`: the endpoints that it says to have one. */
export function createNotingFeeder(backlogs: readonly string[] = []): { feeder: Feeder; asked: Asked[] } {
  const asked: Asked[] = [];
  const note =
    (name: keyof Feeder) =>
    (...given: unknown[]) =>
      void asked.push([name, ...given]);
  return {
    asked,
    feeder: {
      hold: note('hold'),
      giveBack: note('giveBack'),
      giveProbeBack: note('giveProbeBack'),
      feed: note('feed'),
      next: note('next'),
      pace: note('pace'),
      hasBacklog: (endpointId) => backlogs.includes(endpointId),
    },
  };
}
