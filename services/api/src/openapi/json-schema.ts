import { z } from 'zod';

export type JsonSchema = Record<string, unknown>;

/**
 * JSON Schema 2020-12, which is what OpenAPI 3.1 speaks, from the very zod schema that validates.
 *
 * @param components where given, schemas that name themselves a component are put there and referred to
 */
export function jsonSchemaOf(
  schema: z.ZodType,
  io: 'input' | 'output',
  components?: Map<string, JsonSchema>,
): JsonSchema {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, {
    io,
    target: 'draft-2020-12',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => refine(zodSchema as unknown as z.ZodType, jsonSchema, io, components),
  }) as JsonSchema;
  return rest;
}

function refine(
  schema: z.ZodType,
  json: JsonSchema,
  io: 'input' | 'output',
  components?: Map<string, JsonSchema>,
): void {
  const meta = schema.meta();
  const documented = meta?.documented_as as z.ZodType | undefined;
  const component = meta?.component as string | undefined;
  delete json.documented_as;
  delete json.component;
  // The format says it; zod's pattern for it is 300 characters of leap years in every time of the document.
  if (json.format === 'date-time' || json.format === 'date') delete json.pattern;
  // A schema that checks by code names here the one that describes what it accepts.
  if (documented) Object.assign(json, jsonSchemaOf(documented, io, components));
  if (!component || !components) return;
  components.set(component, { ...json });
  for (const key of Object.keys(json)) delete json[key];
  json.$ref = `#/components/schemas/${component}`;
}

/** A value of the schema, from the examples that stand at its leaves. */
export function exampleOf(schema: JsonSchema): unknown {
  if ('example' in schema) return schema.example;
  const union = (schema.anyOf ?? schema.oneOf) as JsonSchema[] | undefined;
  // A nullable field shows its value, so that a reader sees what can be there.
  if (union) return exampleOf(union.find((option) => option.type !== 'null') ?? {});
  if (Array.isArray(schema.enum)) return schema.enum[0] as unknown;
  if ('const' in schema) return schema.const;
  if (schema.type === 'object') {
    const properties = Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>);
    return Object.fromEntries(properties.map(([name, property]) => [name, exampleOf(property)]));
  }
  if (schema.type === 'array') return [exampleOf((schema.items ?? {}) as JsonSchema)];
  if (schema.type === 'boolean') return true;
  if (schema.type === 'integer' || schema.type === 'number') return 1;
  return schema.type === 'string' ? 'text' : null;
}
