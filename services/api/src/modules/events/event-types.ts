import { toPublicId, type EventType } from '@switchboard/shared';
import { exampleOf, jsonSchemaOf } from '../../openapi/json-schema.js';

/** An event type as a tenant reads it: what it means, what its data looks like, and a whole webhook body as an example. */
export function describeEventType({ name, alias, description, data }: EventType & { name: string }) {
  const schema = jsonSchemaOf(data, 'output');
  return {
    name,
    alias: alias ?? null,
    description,
    schema,
    example: {
      event: name,
      event_id: toPublicId('event', EXAMPLE_UUID),
      tenant_id: toPublicId('tenant', EXAMPLE_UUID),
      created_at: '2026-12-01T09:30:00.000Z',
      data: exampleOf(schema),
    },
  };
}

const EXAMPLE_UUID = '019312a4-8b00-7a3c-9f21-3d5e8c1b7f60';
