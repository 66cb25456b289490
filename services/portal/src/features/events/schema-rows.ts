/** A JSON Schema as lines that people read: the name of each field, what it holds, and a word on it. */
export interface SchemaRow {
  /** The whole path, as one would write it: `customer.name`, `transcript[].text`. */
  path: string;
  /** The last part of it. */
  name: string;
  depth: number;
  type: string;
  is_required: boolean;
  /** Its values where there are few, its description, its example. */
  notes: string[];
}

type Schema = Record<string, unknown>;

export function schemaRows(schema: Schema, prefix = '', depth = 0): SchemaRow[] {
  const required = Array.isArray(schema.required) ? schema.required : [];
  return Object.entries((schema.properties ?? {}) as Record<string, Schema>).flatMap(([name, given]) => {
    const [property, is_nullable] = withoutNull(given);
    const path = `${prefix}${name}`;
    const row: SchemaRow = {
      path,
      name,
      depth,
      type: typeOf(property) + (is_nullable ? ' or null' : ''),
      is_required: required.includes(name),
      notes: notesOf(property, given),
    };
    return [row, ...rowsWithin(property, path, depth + 1)];
  });
}

function rowsWithin(schema: Schema, path: string, depth: number): SchemaRow[] {
  if (schema.type === 'array') return schemaRows((schema.items ?? {}) as Schema, `${path}[].`, depth);
  return schemaRows(schema, `${path}.`, depth);
}

/** null is written in two ways: as one of two schemas, or as one of two types. */
function withoutNull(schema: Schema): [Schema, boolean] {
  if (Array.isArray(schema.type)) {
    const types = (schema.type as string[]).filter((type) => type !== 'null');
    return [{ ...schema, type: types.length === 1 ? types[0] : types }, types.length < schema.type.length];
  }
  const options = (schema.anyOf ?? schema.oneOf) as Schema[] | undefined;
  if (!options) return [schema, false];
  const rest = options.filter((option) => option.type !== 'null');
  const is_nullable = rest.length < options.length;
  return [rest.length === 1 ? rest[0]! : { anyOf: rest }, is_nullable];
}

function typeOf(schema: Schema): string {
  if (Array.isArray(schema.enum)) return 'one of a few';
  if (schema.format === 'date-time') return 'time';
  if (schema.format === 'date') return 'date';
  if (schema.type === 'array') return `list of ${plural(typeOf((schema.items ?? {}) as Schema))}`;
  if (schema.type === 'integer') return 'whole number';
  if (schema.type === 'string') return 'text';
  if (schema.type === 'boolean') return 'yes or no';
  if (Array.isArray(schema.type))
    return schema.type.map((type) => typeOf({ ...schema, type: type as string })).join(' or ');
  if (typeof schema.type === 'string') return schema.type;
  const options = schema.anyOf as Schema[] | undefined;
  return options ? options.map(typeOf).join(' or ') : 'anything';
}

function plural(type: string): string {
  return type === 'one of a few' ? 'a few values' : type.endsWith('s') ? type : `${type}s`;
}

function notesOf(property: Schema, given: Schema): string[] {
  const values = Array.isArray(property.enum) ? property.enum : [];
  const description = given.description ?? property.description;
  const example = given.example ?? property.example;
  return [
    ...(values.length > 0 ? [values.map(String).join(', ')] : []),
    ...(typeof description === 'string' ? [description] : []),
    ...(typeof example === 'string' || typeof example === 'number' ? [`For example ${example}`] : []),
  ];
}
