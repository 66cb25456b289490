import { patternsMatching } from '@switchboard/shared';
import type { Receiver } from '../receiver.js';

/** The tenant's endpoints, each with a receiver of its own. Nothing published here is for `other`. */
export const SUBSCRIPTIONS = { everything: '*', load: 'load.*', other: 'other.*' } as const;

export type ReceiverName = keyof typeof SUBSCRIPTIONS;
export type StackReceivers = Record<ReceiverName, Receiver>;

export const RECEIVER_NAMES = Object.keys(SUBSCRIPTIONS) as ReceiverName[];

/** The receivers that an event of this type is owed to. */
export function subscribersOf(eventType: string): ReceiverName[] {
  const patterns = patternsMatching(eventType);
  return RECEIVER_NAMES.filter((name) => patterns.includes(SUBSCRIPTIONS[name]));
}
