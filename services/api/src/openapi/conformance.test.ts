import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { listSchema, successSchema } from '@switchboard/shared';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { isPlatform, nameOf, sendAs, validRequest } from '../testing/operations.js';
import { servedPaths } from '../testing/served-paths.js';
import { startTestApi, type ServedRoute, type TestApi } from '../testing/test-api.js';
import { makeWorld } from '../testing/world.js';
import { jsonSchemaOf } from './json-schema.js';

interface Operation {
  operationId: string;
  responses: Record<string, { $ref?: string; headers?: Record<string, unknown> }>;
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { responses: Record<string, { headers: Record<string, unknown> }> };
}

let api: TestApi;
let document: Document;
/** Not strict about keywords: OpenAPI's own (`example`) are no JSON Schema. */
const ajv = addFormats.default(new Ajv2020({ strict: false, allErrors: true }));

beforeAll(async () => {
  api = await startTestApi();
  document = (await api.http.get('/api/v1/openapi.json')).body as Document;
  ajv.addSchema(document, 'document');
});
afterAll(() => api.close());

/** What a success may look like: for tenants as the document says it, for the platform as the document would. */
function successValidator(route: ServedRoute) {
  const { schema, list, status } = route.success;
  if (isPlatform(route)) return ajv.compile(jsonSchemaOf(list ? listSchema(schema) : successSchema(schema), 'output'));
  const path = route.path.replaceAll('/', '~1').replaceAll('{', '%7B').replaceAll('}', '%7D');
  const pointer = `paths/${path}/${route.method}/responses/${status}/content/application~1json/schema`;
  return ajv.compile({ $ref: `document#/${pointer}` });
}

/** Each operation on a world of its own, so that none meets what another has deleted. */
async function succeed(route: ServedRoute) {
  const world = await makeWorld(api, await api.createTenant());
  return sendAs(isPlatform(route) ? api.platform : world.tenant, route, validRequest(route, world));
}

function isEmpty(body: { data: unknown }): boolean {
  return Array.isArray(body.data) && body.data.length === 0;
}

const tenantOperations = () => api.routes.filter((route) => !isPlatform(route));
const operationOf = (route: ServedRoute) => document.paths[route.path]?.[route.method] as Operation;
const headersOf = (route: ServedRoute, status: number) => {
  const response = operationOf(route).responses[status];
  const name = response?.$ref?.split('/').at(-1);
  const { headers = {} } = (name === undefined ? response : document.components.responses[name]) ?? {};
  // This one stands on the second answer alone; its own test is beside the idempotency keys.
  return Object.keys(headers).filter((header) => header !== 'Idempotency-Replayed');
};

describe('a success of every operation', () => {
  it('has its documented status and body, and not a property more', async () => {
    for (const route of api.routes) {
      const answer = await succeed(route);
      const validate = successValidator(route);
      validate(answer.body);
      expect({ operation: nameOf(route), status: answer.status, errors: validate.errors }).toEqual({
        ...{ operation: nameOf(route), status: route.success.status, errors: null },
      });
      // An empty list would conform to anything.
      expect({ operation: nameOf(route), empty: isEmpty(answer.body) }).toEqual({
        ...{ operation: nameOf(route), empty: false },
      });
    }
  }, 120_000);

  it('would be refused with a property that the document lacks', () => {
    for (const route of tenantOperations()) {
      expect(successValidator(route)({ success: true, data: {}, surprise: 1 })).toBe(false);
    }
    const customer = { $ref: 'document#/components/schemas/Customer' };
    const validate = ajv.compile(customer);
    validate({ surprise: 1 });
    expect(validate.errors).toContainEqual(expect.objectContaining({ keyword: 'additionalProperties' }));
  });

  it('has the documented headers; what is read again unchanged is a 304', async () => {
    const world = await makeWorld(api, await api.createTenant());
    const reads = tenantOperations().filter(({ method }) => method === 'get');
    for (const route of reads) {
      const request = validRequest(route, world);
      const answer = await sendAs(world.tenant, route, request);
      const expected = ['X-Request-Id', 'X-RateLimit-Limit', 'X-RateLimit-Remaining', 'X-RateLimit-Reset', 'ETag'];
      expect(headersOf(route, 200)).toEqual(expect.arrayContaining(expected));
      for (const header of headersOf(route, 200)) expect(answer.headers).toHaveProperty(header.toLowerCase());
      const again = await sendAs(world.tenant, route, request).set('If-None-Match', answer.headers.etag as string);
      expect({ operation: nameOf(route), status: again.status, text: again.text }).toEqual({
        ...{ operation: nameOf(route), status: 304, text: '' },
      });
    }
  });
});

describe('a refusal of every operation', () => {
  it('has the documented headers and body', async () => {
    const tenant = await api.createTenant();
    const validate = ajv.compile({ $ref: 'document#/components/schemas/Error' });
    for (const route of tenantOperations()) {
      const empty = { params: { id: 'none' }, query: { none: '' }, body: undefined };
      for (const caller of [api.http, tenant]) {
        const answer = await sendAs(caller, route, empty);
        expect([401, 422]).toContain(answer.status);
        expect([answer.body, validate(answer.body)]).toEqual([answer.body, true]);
        for (const header of headersOf(route, answer.status)) {
          expect(answer.headers).toHaveProperty(header.toLowerCase());
        }
      }
    }
  });
});

describe('the document', () => {
  it('has every route that is served below /api/v1, and no other', () => {
    const documented = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method} ${path}`),
    );
    const about = ['get /api/v1/openapi.json', 'get /api/v1/docs', 'get /api/v1/docs/start.js'];
    expect(servedPaths(api.app, '/api/v1').sort()).toEqual([...documented, ...about].sort());
  });

  it('names the operations as the routes do', () => {
    for (const route of tenantOperations()) expect(operationOf(route).operationId).toBe(route.operationId);
  });
});
