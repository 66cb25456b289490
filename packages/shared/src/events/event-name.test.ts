import { describe, expect, it } from '@jest/globals';
import { isEventName, isSubscriptionPattern, patternsMatching } from './event-name.js';

describe('event names', () => {
  it.each(['appointment.created', 'invoice.payment.failed', 'x1.y_2'])('accepts %s', (name) => {
    expect(isEventName(name)).toBe(true);
  });

  it.each(['appointment', 'Appointment.created', '.created', 'a.', 'a..b', 'a.b c', '*', 'a.*', `${'a'.repeat(99)}.b`])(
    'refuses %s',
    (name) => {
      expect(isEventName(name)).toBe(false);
    },
  );
});

describe('subscriptions', () => {
  it('are an exact name, a resource with a star, or a star', () => {
    expect(['appointment.created', 'appointment.*', '*'].every(isSubscriptionPattern)).toBe(true);
    expect(['appointment', '*.created', 'appointment.cre*', '', '**'].some(isSubscriptionPattern)).toBe(false);
  });

  it('match an event by its name, by each of its resources, and by the star', () => {
    expect(patternsMatching('invoice.payment.failed')).toEqual([
      'invoice.payment.failed',
      'invoice.payment.*',
      'invoice.*',
      '*',
    ]);
  });
});
