import { isEventAlias } from './catalogue.js';

/** An event name is `resource.past_tense`; a resource may have parts of its own (`invoice.payment.failed`). */
const EVENT_NAME = /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){1,3}$/;
const MAX_NAME_LENGTH = 100;

export function isEventName(text: string): boolean {
  return text.length <= MAX_NAME_LENGTH && EVENT_NAME.test(text);
}

/** A subscription is an exact name or its alias, a whole resource (`appointment.*`), or everything (`*`). */
export function isSubscriptionPattern(text: string): boolean {
  if (text === '*' || isEventAlias(text)) return true;
  return text.endsWith('.*') ? isEventName(`${text.slice(0, -2)}.x`) : isEventName(text);
}

/** The subscription patterns that this event matches, most specific first: what the fan-out compares endpoints with. */
export function patternsMatching(eventName: string): string[] {
  const patterns = [eventName];
  for (let dot = eventName.lastIndexOf('.'); dot > 0; dot = eventName.lastIndexOf('.', dot - 1)) {
    patterns.push(`${eventName.slice(0, dot)}.*`);
  }
  return [...patterns, '*'];
}
