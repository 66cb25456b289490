import { describe, expect, it } from '@jest/globals';
import { eventTypes } from '@switchboard/shared';
import { testEventFor } from './test-events.js';

const chosen = (subscriptions: string[], wanted?: string) => {
  const { type, delivered_as } = testEventFor(subscriptions, wanted);
  return [type, delivered_as];
};

describe('the example that tests an endpoint', () => {
  it.each([
    ['everything', ['*'], 'appointment.created', 'appointment.created'],
    ['an exact name', ['call.missed'], 'call.missed', 'call.missed'],
    ['a resource', ['call.*'], 'call.started', 'call.started'],
    ['an alias alone', ['missed_call'], 'call.missed', 'missed_call'],
    ['an alias and its name', ['missed_call', 'call.missed'], 'call.missed', 'call.missed'],
    ['custom events alone', ['invoice.paid'], 'appointment.created', 'appointment.created'],
  ])('is, subscribed to %s, the first that it would get', (_what, subscriptions, type, deliveredAs) => {
    expect(chosen(subscriptions)).toEqual([type, deliveredAs]);
  });

  it('is what was asked for, by name or alias, whether it is subscribed to or not', () => {
    expect(chosen(['call.*'], 'lead.created')).toEqual(['lead.created', 'lead.created']);
    expect(chosen(['*'], 'missed_call')).toEqual(['call.missed', 'missed_call']);
  });

  it.each(eventTypes())('$name is true to its own schema', ({ name, data }) => {
    const example = JSON.parse(testEventFor(['*'], name).data_json) as unknown;
    expect(data.parse(example)).toEqual(example);
  });
});
