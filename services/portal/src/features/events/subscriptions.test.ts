import { describe, expect, it } from '@jest/globals';
import { byResource, found, nameFor } from './subscriptions';

const MISSED = { name: 'call.missed', alias: 'missed_call', description: 'A call ended without being answered.' };

describe('whether an endpoint gets an event', () => {
  it('is so by everything, by the resource, and by the name', () => {
    for (const pattern of ['*', 'call.*', 'call.missed']) expect(nameFor([pattern], MISSED)).toBe('call.missed');
  });

  it('is so under the alias where that alone is subscribed to', () => {
    expect(nameFor(['missed_call'], MISSED)).toBe('missed_call');
    expect(nameFor(['missed_call', 'call.*'], MISSED)).toBe('call.missed');
  });

  it('is not so by another resource with the same beginning', () => {
    expect(nameFor(['caller.*', 'call.ended', 'appointment.*'], MISSED)).toBeNull();
  });
});

it('the catalogue is searched in names, aliases and descriptions, for all words', () => {
  const types = [MISSED, { name: 'lead.created', alias: null, description: 'Somebody showed interest.' }];
  expect(found(types, 'missed_call')).toEqual([MISSED]);
  expect(found(types, 'without answered')).toEqual([MISSED]);
  expect(found(types, 'interest answered')).toEqual([]);
  expect(found(types, undefined)).toEqual(types);
});

it('the catalogue is grouped by what the events are about', () => {
  const types = [{ name: 'call.missed' }, { name: 'lead.created' }, { name: 'call.ended' }];
  expect(byResource(types).map(([resource, of]) => [resource, of.length])).toEqual([
    ['call', 2],
    ['lead', 1],
  ]);
});
