import { describe, expect, it } from '@jest/globals';
import { schemaRows } from './schema-rows';

const rowOf = (property: object) => schemaRows({ type: 'object', properties: { it: property }, required: ['it'] })[0]!;

describe('a schema in lines', () => {
  it('goes into objects and lists, and says the whole path', () => {
    const schema = {
      type: 'object',
      required: ['customer'],
      properties: {
        customer: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
        transcript: { type: 'array', items: { type: 'object', properties: { offset_ms: { type: 'integer' } } } },
      },
    };
    expect(schemaRows(schema).map(({ path, type, depth, is_required }) => [path, type, depth, is_required])).toEqual([
      ['customer', 'object', 0, true],
      ['customer.name', 'text', 1, true],
      ['transcript', 'list of objects', 0, false],
      ['transcript[].offset_ms', 'whole number', 1, false],
    ]);
  });

  it('says that null can come, in whichever way that is written', () => {
    expect(rowOf({ type: ['string', 'null'] }).type).toBe('text or null');
    expect(rowOf({ anyOf: [{ type: 'string', format: 'date-time' }, { type: 'null' }] }).type).toBe('time or null');
  });

  it('lists the values of an enumeration, the description and the example', () => {
    const property = { type: 'string', enum: ['inbound', 'outbound'], description: 'Which way.', example: 'inbound' };
    expect(rowOf(property)).toMatchObject({
      type: 'one of a few',
      notes: ['inbound, outbound', 'Which way.', 'For example inbound'],
    });
  });

  it('says so where anything may come', () => {
    expect(rowOf({}).type).toBe('anything');
  });
});
