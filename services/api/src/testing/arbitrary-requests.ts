import fc from 'fast-check';
import { jsonSchemaOf, type JsonSchema } from '../openapi/json-schema.js';
import { idFieldsOf, validRequest } from './operations.js';
import type { ServedRoute } from './test-api.js';
import type { World } from './world.js';

/** A request as it goes out: the path with its query, and what goes with it. */
export interface ArbitraryRequest {
  path: string;
  headers: Record<string, string>;
  body: string | undefined;
}

type Anything = fc.Arbitrary<unknown>;

/** Requests of a route: right ones, what its schemas describe, and both with something wrong in it. Ids are often real. */
export function arbitraryRequest(route: ServedRoute, world: World): fc.Arbitrary<ArbitraryRequest> {
  const fields = [route.params, route.query, route.body].flatMap(idFieldsOf);
  const ids = fields.map(({ kind }) => world.ids[kind]);
  const part = (name: 'params' | 'query' | 'body'): Anything => {
    const schema = route[name];
    const right = fc.constant(null).map(() => validRequest(route, world)[name]);
    if (!schema) return right;
    const described = arbitraryOf(jsonSchemaOf(schema, 'input'), ids);
    const mixed = fc.tuple(right, described, fc.nat()).map(([one, other, pick]) => withOneFieldOf(one, other, pick));
    return fc.oneof(right, mixed, described, ...(name === 'params' ? [] : [spoilt(described), spoilt(right)]));
  };
  const headers = fc.record(HEADERS, { requiredKeys: [] });
  return fc.record({ params: part('params'), query: part('query'), body: part('body'), headers }).map((drawn) => {
    const params = drawn.params as Record<string, string>;
    const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => segment(params[name]));
    const hasBody = drawn.body !== undefined;
    return {
      path: path + queryText(drawn.query),
      headers: { ...drawn.headers, ...(hasBody && { 'Content-Type': 'application/json' }) },
      body: hasBody ? JSON.stringify(drawn.body) : undefined,
    };
  });
}

function withOneFieldOf(one: unknown, other: unknown, pick: number): unknown {
  if (typeof other !== 'object' || other === null || Array.isArray(other)) return one;
  const names = Object.keys(other);
  const name = names[pick % names.length];
  return name === undefined ? one : { ...(one as object), [name]: (other as Record<string, unknown>)[name] };
}

const printable = fc.stringMatching(/^[\x21-\x7e]{1,20}$/);
const HEADERS = { 'If-Match': printable, 'If-None-Match': printable, 'Idempotency-Key': printable };

/** A client would resolve `.` and `..` itself and ask for another route; an empty one is another route, too. */
function segment(text: string | undefined): string {
  return text === undefined || /^\.{0,2}$/.test(text) ? 'none' : encodeURIComponent(wellFormed(text));
}

function queryText(query: unknown): string {
  if (typeof query !== 'object' || query === null) return '';
  const text = (value: unknown) => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
  const pairs = Object.entries(query).map(([name, value]): [string, string] => [
    wellFormed(name),
    wellFormed(text(value)),
  ]);
  return `?${new URLSearchParams(pairs).toString()}`;
}

/** Half a surrogate pair cannot stand in an address. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}

/** One field is gone, unknown or of any other shape, or all of it is. */
function spoilt(value: Anything): Anything {
  const other = fc.oneof(fc.constant(undefined), fc.jsonValue(), odd);
  return fc.tuple(value, fc.nat(), other, fc.constantFrom('field', 'new', 'all')).map(([given, pick, bad, where]) => {
    if (where === 'all' || typeof given !== 'object' || given === null) return bad ?? null;
    const names = Object.keys(given);
    const name = where === 'field' && names.length > 0 ? (names[pick % names.length] ?? 'x') : 'surprise';
    return { ...given, [name]: bad };
  });
}

const odd = fc.constantFrom('', '\u0000', '\ud800', '9'.repeat(40), -1, 1e308, 2 ** 53, [], {}, '9999-12-31T23:59:59Z');

function arbitraryOf(schema: JsonSchema, ids: readonly string[]): Anything {
  const inner = (one: unknown) => arbitraryOf((one ?? {}) as JsonSchema, ids);
  const options = (schema.anyOf ?? schema.oneOf) as JsonSchema[] | undefined;
  if (options) return fc.oneof(...options.map(inner));
  if (Array.isArray(schema.enum)) return fc.constantFrom(...(schema.enum as unknown[]));
  if ('const' in schema) return fc.constant(schema.const);
  if (Array.isArray(schema.type)) return fc.oneof(...schema.type.map((type) => inner({ ...schema, type })));
  switch (schema.type) {
    case 'object':
      return objectOf(schema, inner);
    case 'array':
      return fc.array(inner(schema.items), { minLength: Number(schema.minItems ?? 0), maxLength: 3 });
    case 'integer':
    case 'number':
      return fc.integer({ min: bound(schema.minimum, -(2 ** 31)), max: bound(schema.maximum, 2 ** 31 - 1) });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'string':
      return textOf(schema, ids);
    default:
      return fc.jsonValue();
  }
}

function bound(given: unknown, otherwise: number): number {
  return typeof given === 'number' ? Math.trunc(given) : otherwise;
}

function objectOf(schema: JsonSchema, inner: (one: unknown) => Anything): Anything {
  const properties = Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>);
  if (properties.length === 0) return fc.dictionary(fc.string(), inner(schema.additionalProperties), { maxKeys: 3 });
  const model = Object.fromEntries(properties.map(([name, property]) => [name, inner(property)]));
  return fc.record(model, { requiredKeys: (schema.required ?? []) as string[] });
}

function textOf({ format, pattern, example, minLength, maxLength }: JsonSchema, ids: readonly string[]): Anything {
  const instant = fc.date({ min: new Date(0), max: new Date('2199-12-31'), noInvalidDate: true });
  if (format === 'date-time') return instant.map((date) => date.toISOString());
  if (format === 'date') return instant.map((date) => date.toISOString().slice(0, 10));
  if (format === 'email') return fc.emailAddress();
  if (format === 'uri') return fc.webUrl();
  const own = ids.filter((id) => typeof example === 'string' && id.slice(0, 4) === example.slice(0, 4));
  const matching = typeof pattern === 'string' ? fc.stringMatching(new RegExp(pattern)) : plain(minLength, maxLength);
  const likely = [...own, ...(typeof example === 'string' ? [example] : [])];
  return likely.length > 0 ? fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...likely) }, matching) : matching;
}

function plain(minLength: unknown, maxLength: unknown): fc.Arbitrary<string> {
  return fc.string({ unit: 'binary', minLength: bound(minLength, 0), maxLength: Math.min(bound(maxLength, 40), 40) });
}
