import { ERROR_STATUS, errorSchema, eventTypes, listSchema, successSchema, type ErrorCode } from '@switchboard/shared';
import type { z } from 'zod';
import type { AnyTenantRoute } from '../http/route.js';
import { describeEventType } from '../modules/events/event-types.js';
import { exampleOf, jsonSchemaOf, type JsonSchema } from './json-schema.js';

export interface DocumentOptions {
  routes: readonly AnyTenantRoute[];
  brand: string;
}

/** The OpenAPI 3.1 document of the tenants' API, built from the routes that serve it. */
export function buildDocument({ routes, brand }: DocumentOptions) {
  const components = new Map<string, JsonSchema>([['Error', jsonSchemaOf(errorSchema, 'output')]]);
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const operations = (paths[`/api/v1${route.path}`] ??= {});
    operations[route.method] = operationOf(route, components);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: `${brand} API`,
      version: '1.0.0',
      description: 'Your data, your events, your webhooks. Every answer is in one envelope and carries X-Request-Id.',
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }, { header: [] }, { query: [] }],
    tags: [...new Set(routes.map((route) => route.tag))].map((name) => ({ name })),
    paths,
    webhooks: Object.fromEntries(
      eventTypes().map((type) => [type.name, webhookOf(type.name, describeEventType(type))]),
    ),
    components: {
      schemas: Object.fromEntries(components),
      responses: errorComponents(),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'Authorization: Bearer <API key>' },
        header: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
        query: { type: 'apiKey', in: 'query', name: 'api_key' },
      },
      headers: HEADERS,
    },
  };
}

function operationOf(route: AnyTenantRoute, components: Map<string, JsonSchema>) {
  const { success } = route;
  const schema = success.list ? listSchema(success.schema) : successSchema(success.schema);
  return {
    operationId: route.operationId,
    summary: route.summary,
    description: `Needs the scope \`${route.scope}\`.`,
    tags: [route.tag],
    parameters: [
      ...parametersOf(route.params, 'path'),
      ...parametersOf(route.query, 'query'),
      ...(route.method === 'post' ? [IDEMPOTENCY_KEY] : []),
      ...(route.method === 'patch' ? [IF_MATCH] : []),
      ...(route.method === 'get' ? [IF_NONE_MATCH] : []),
    ],
    ...(route.body && { requestBody: { required: true, content: jsonContent(route.body, 'input', components) } }),
    responses: {
      [success.status]: {
        description: success.description,
        headers: responseHeaders(route),
        content: jsonContent(schema, 'output', components),
      },
      ...(route.method === 'get' && { 304: { description: 'You have it already.' } }),
      ...errorResponses(route),
    },
  };
}

function parametersOf(schema: z.ZodType | undefined, where: 'path' | 'query') {
  if (!schema) return [];
  const { properties = {}, required = [] } = jsonSchemaOf(schema, 'input') as {
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...property }]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    ...(description !== undefined && { description }),
    schema: property,
  }));
}

/** Which refusals a route can answer: a client generator makes types of them. */
function errorResponses(route: AnyTenantRoute) {
  const codes: ErrorCode[] = [
    'bad_request',
    'unauthorized',
    'insufficient_scope',
    'validation_failed',
    'rate_limited',
    'internal',
    'unavailable',
  ];
  if (route.params || route.method !== 'get' || route.query) codes.push('not_found');
  if (route.method === 'post' || route.method === 'patch' || route.method === 'delete') codes.push('conflict');
  if (route.method === 'patch') codes.push('precondition_failed');
  if (route.body) codes.push('payload_too_large', 'unsupported_media_type');
  const statuses = [...new Set(codes.map((code) => ERROR_STATUS[code]))].sort((a, b) => a - b);
  return Object.fromEntries(statuses.map((status) => [status, { $ref: `#/components/responses/Error${status}` }]));
}

function errorComponents() {
  const statuses = [...new Set(Object.values(ERROR_STATUS))];
  return Object.fromEntries(statuses.map((status) => [`Error${status}`, errorResponse(status)]));
}

function errorResponse(status: number) {
  const codes = Object.entries(ERROR_STATUS).flatMap(([code, its]) => (its === status ? [code] : []));
  const retry = status === 429 || status === 503 ? { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } } : {};
  return {
    description: codes.join(', '),
    headers: { ...STANDARD_HEADERS, ...retry },
    content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
  };
}

function webhookOf(name: string, type: ReturnType<typeof describeEventType>) {
  return {
    post: {
      operationId: `on_${name.replaceAll('.', '_')}`,
      summary: type.description,
      tags: ['Webhooks'],
      requestBody: {
        content: {
          'application/json': {
            schema: {
              type: 'object',
              required: ['event', 'event_id', 'tenant_id', 'created_at', 'data'],
              properties: {
                event: { type: 'string', enum: type.alias === null ? [name] : [name, type.alias] },
                event_id: { type: 'string' },
                tenant_id: { type: 'string' },
                created_at: { type: 'string', format: 'date-time' },
                data: type.schema,
              },
            },
            example: type.example,
          },
        },
      },
      responses: { '2XX': { description: 'Received. Anything else is tried again.' } },
    },
  };
}

function jsonContent(schema: z.ZodType, io: 'input' | 'output', components: Map<string, JsonSchema>) {
  return {
    'application/json': { schema: jsonSchemaOf(schema, io, components), example: exampleOf(jsonSchemaOf(schema, io)) },
  };
}

function responseHeaders(route: AnyTenantRoute) {
  const etag =
    route.method === 'get' || route.method === 'patch' ? { ETag: { $ref: '#/components/headers/ETag' } } : {};
  const replayed =
    route.method === 'post' ? { 'Idempotency-Replayed': { $ref: '#/components/headers/IdempotencyReplayed' } } : {};
  return { ...STANDARD_HEADERS, ...etag, ...replayed };
}

const STANDARD_HEADERS = {
  'X-Request-Id': { $ref: '#/components/headers/RequestId' },
  'X-RateLimit-Limit': { $ref: '#/components/headers/RateLimitLimit' },
  'X-RateLimit-Remaining': { $ref: '#/components/headers/RateLimitRemaining' },
  'X-RateLimit-Reset': { $ref: '#/components/headers/RateLimitReset' },
};

const HEADERS = {
  RequestId: { description: 'Name it when you ask for help.', schema: { type: 'string' } },
  RateLimitLimit: { description: 'Requests that the window allows.', schema: { type: 'integer' } },
  RateLimitRemaining: { description: 'Requests that are left in it.', schema: { type: 'integer' } },
  RateLimitReset: { description: 'When it starts anew, in Unix seconds.', schema: { type: 'integer' } },
  RetryAfter: { description: 'Seconds to wait.', schema: { type: 'integer' } },
  ETag: { description: 'The version of what was answered.', schema: { type: 'string' } },
  IdempotencyReplayed: {
    description: 'true where this is the stored answer.',
    schema: { type: 'string', enum: ['true'] },
  },
};

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'The same key with the same body within 24 hours gives the same answer and does nothing twice.',
  schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[\\x21-\\x7e]+$' },
};
const IF_MATCH = {
  name: 'If-Match',
  in: 'header',
  required: false,
  description: 'The ETag you read: the change is refused with 412 where somebody was faster.',
  schema: { type: 'string' },
};
const IF_NONE_MATCH = {
  name: 'If-None-Match',
  in: 'header',
  required: false,
  description: 'The ETag you have: 304 where it is still the present one.',
  schema: { type: 'string' },
};
