import { eventTypes, patternsMatching } from '@switchboard/shared';
import { describeEventType } from '../events/event-types.js';

/** An example of an event type, and under which name this endpoint gets it. */
export interface TestEvent {
  type: string;
  /** The type, or its alias where the endpoint knows it by that alone; as the fan-out would name it. */
  delivered_as: string;
  data_json: string;
}

/** The same for as long as the process runs. */
const EXAMPLES = eventTypes().map((type) => ({
  name: type.name,
  alias: type.alias,
  data_json: JSON.stringify(describeEventType(type).example.data),
}));

const DEFAULT_TYPE = 'appointment.created';

/**
 * @param wanted a registered event type or an alias; the endpoint need not be subscribed to it. Where it is absent: the
 *   first of the catalogue that the endpoint is subscribed to, or `appointment.created` where it takes custom events only
 */
export function testEventFor(subscriptions: readonly string[], wanted?: string): TestEvent {
  const deliveredAs = wanted ?? firstSubscribed(subscriptions) ?? DEFAULT_TYPE;
  const example = EXAMPLES.find(({ name, alias }) => name === deliveredAs || alias === deliveredAs);
  if (!example) throw new Error(`${deliveredAs} is no registered event type.`);
  return { type: example.name, delivered_as: deliveredAs, data_json: example.data_json };
}

function firstSubscribed(subscriptions: readonly string[]): string | undefined {
  for (const { name, alias } of EXAMPLES) {
    if (patternsMatching(name).some((pattern) => subscriptions.includes(pattern))) return name;
    if (alias !== undefined && subscriptions.includes(alias)) return alias;
  }
  return undefined;
}
