import { describe, expect, it } from '@jest/globals';
import type { EventTypeView } from '../../api';
import { coveredBy, groupsOf, nameFor, othersIn, searched, withAlias, withResource, withType } from './subscriptions';

const type = (name: string, alias: string | null = null, description = ''): EventTypeView => ({
  name,
  alias,
  description,
  schema: {},
  example: {},
});

const created = type('appointment.created', 'appointment.booked', 'An appointment was booked.');
const cancelled = type('appointment.cancelled', null, 'An appointment was cancelled.');
const missed = type('call.missed', 'missed_call', 'A call ended without being answered.');
const TYPES = [created, cancelled, missed];
const [appointments, calls] = groupsOf(TYPES);

describe('choosing events', () => {
  it('groups the catalogue by what its events are about', () => {
    expect(groupsOf(TYPES).map(({ pattern, types }) => [pattern, types.length])).toEqual([
      ['appointment.*', 2],
      ['call.*', 1],
    ]);
  });

  it('puts a whole resource in the place of its single events, and of their other names', () => {
    const before = ['appointment.created', 'missed_call', 'lead.created'];
    expect(withResource(before, appointments!, true)).toEqual(['missed_call', 'lead.created', 'appointment.*']);
    expect(withResource(before, calls!, true)).toEqual(['appointment.created', 'lead.created', 'call.*']);
  });

  it('chooses nothing of a resource that is given back', () => {
    expect(withResource(['appointment.*', 'call.*'], appointments!, false)).toEqual(['call.*']);
  });

  it('takes an event under one name at a time', () => {
    expect(withType(['missed_call'], missed, true)).toEqual(['call.missed']);
    expect(withAlias(['call.missed'], missed, true)).toEqual(['missed_call']);
    expect(withAlias(['missed_call'], missed, false)).toEqual(['call.missed']);
    expect(withType(['missed_call'], missed, false)).toEqual([]);
  });

  it('names the pattern that takes an event in already, the widest first', () => {
    expect(coveredBy(['call.*'], 'call.missed')).toBe('call.*');
    expect(coveredBy(['invoice.*'], 'invoice.payment.failed')).toBe('invoice.*');
    expect(coveredBy(['invoice.payment.*'], 'invoice.payment.failed')).toBe('invoice.payment.*');
    expect(coveredBy(['*', 'call.*'], 'call.missed')).toBe('*');
    expect(coveredBy(['call.missed', 'appointment.*'], 'call.missed')).toBeNull();
  });

  it('knows by which name an endpoint gets an event: the other one where that alone is subscribed to', () => {
    for (const pattern of ['*', 'call.*', 'call.missed']) expect(nameFor([pattern], missed)).toBe('call.missed');
    expect(nameFor(['missed_call'], missed)).toBe('missed_call');
    expect(nameFor(['missed_call', 'call.*'], missed)).toBe('call.missed');
    expect(nameFor(['caller.*', 'call.ended', 'appointment.*'], missed)).toBeNull();
  });

  it('keeps events that the catalogue does not know apart', () => {
    expect(othersIn(['*', 'call.*', 'missed_call', 'loyalty.points_added', 'invoice.*'], TYPES)).toEqual([
      'loyalty.points_added',
      'invoice.*',
    ]);
  });

  it('finds an event by its names and by words of its description', () => {
    const names = (text: string) =>
      searched(groupsOf(TYPES), text).flatMap(({ types }) => types.map(({ name }) => name));
    expect(names('appointment.')).toEqual(['appointment.created', 'appointment.cancelled']);
    expect(names('missed_')).toEqual(['call.missed']);
    expect(names('WITHOUT answered')).toEqual(['call.missed']);
    expect(names('  ')).toHaveLength(3);
    expect(names('nothing such')).toEqual([]);
  });
});
