import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import { EVENT_CATALOGUE } from '@switchboard/shared';
import { readFileSync } from 'node:fs';
import { isPlatform } from '../testing/operations.js';
import { startTestApi, type TestApi } from '../testing/test-api.js';
import { documentText } from './committed-document.js';
import type { JsonSchema } from './json-schema.js';

interface Content {
  'application/json': { schema: JsonSchema; example: unknown };
}
interface Operation {
  operationId: string;
  summary: string;
  tags: string[];
  security?: object[];
  parameters: { name: string; in: string; required: boolean; schema: JsonSchema }[];
  requestBody?: { content: Content };
  responses: Record<string, { $ref?: string; content?: Content }>;
}
interface Document {
  tags: { name: string }[];
  security: object[];
  paths: Record<string, Record<string, Operation>>;
  webhooks: Record<string, { post: Operation & { requestBody: { content: Content } } }>;
  components: { securitySchemes: object; responses: Record<string, { content: Content }> };
}

const COMMITTED = new URL('../../../../docs/openapi.json', import.meta.url);

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const document = JSON.parse(documentText()) as Document;
const operations = Object.values(document.paths).flatMap((methods) => Object.entries(methods));
const all = operations.map(([method, operation]) => ({ name: operation.operationId, method, operation }));

describe('the document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    expect(await validator.validate(JSON.parse(documentText()) as Record<string, unknown>)).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  it('is committed as docs/openapi.json; `npm run openapi` writes it anew', () => {
    expect(readFileSync(COMMITTED, 'utf8')).toBe(documentText());
  });

  it('gives every operation an id of its own', () => {
    const ids = all.map(({ name }) => name);
    expect([...new Set(ids)]).toEqual(ids);
    for (const id of ids) expect(id).toMatch(/^[a-z][A-Za-z]+$/);
  });

  it('names three ways to present a key, and every operation takes each', () => {
    expect(document.security).toEqual([{ bearer: [] }, { header: [] }, { query: [] }]);
    expect(Object.keys(document.components.securitySchemes)).toEqual(['bearer', 'header', 'query']);
    for (const { operation } of all) expect(operation.security).toBeUndefined();
  });

  it('lists every event of the catalogue as a webhook, with its schema and an example', () => {
    expect(Object.keys(document.webhooks).sort()).toEqual(Object.keys(EVENT_CATALOGUE).sort());
    for (const [name, { post }] of Object.entries(document.webhooks)) {
      const { schema, example } = post.requestBody.content['application/json'];
      expect(schema).toMatchObject({ required: ['event', 'event_id', 'tenant_id', 'created_at', 'data'] });
      expect(example).toMatchObject({ event: name, data: expect.anything() });
      expect(post.summary).not.toBe('');
    }
  });
});

describe.each(all)('the operation $name', ({ method, operation }) => {
  it('has a summary, a tag that is declared, and says which scope it needs', () => {
    expect(operation.summary).toMatch(/^[A-Z].{5,}[^.]$/);
    expect(operation.tags.every((tag) => document.tags.some(({ name }) => name === tag))).toBe(true);
    const route = api.routes.find((one) => !isPlatform(one) && one.operationId === operation.operationId);
    expect(operation).toMatchObject({ description: expect.stringContaining(`\`${route?.scope}\``) });
  });

  it('has the refusals that every operation has, and those of its kind', () => {
    const ofKind = method === 'get' ? ['304'] : ['404', '409'];
    const expected = ['400', '401', '403', '422', '429', '500', '503', ...ofKind];
    expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(expected));
    for (const [status, { $ref }] of Object.entries(operation.responses)) {
      if (Number(status) < 400) continue;
      expect(document.components.responses[$ref?.split('/').at(-1) ?? '']).toBeDefined();
    }
  });

  it('has an example of its answer, and of its body one that it takes', () => {
    const success = Object.entries(operation.responses).find(([status]) => status.startsWith('2'))?.[1];
    expect(success?.content?.['application/json'].example).toMatchObject({ success: true });
    const route = api.routes.find((one) => !isPlatform(one) && one.operationId === operation.operationId);
    if (!route?.body) return;
    const taken = route.body.safeParse(operation.requestBody?.content['application/json'].example);
    expect(taken.error?.issues ?? []).toEqual([]);
  });
});

describe('what the service itself shows', () => {
  it('GET /api/v1/openapi.json: the document, without a key', async () => {
    const answer = await api.http.get('/api/v1/openapi.json');
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    expect(answer.body).toEqual(document);
  });

  it('GET /api/v1/docs: a page that works under the service’s own CSP and loads nothing from elsewhere', async () => {
    const page = await api.http.get('/api/v1/docs');
    expect(page.status).toBe(200);
    expect(page.headers['content-security-policy']).toContain("script-src 'self'");
    expect(page.text).not.toMatch(/<script(?![^>]*\bsrc=)|\son\w+=|https?:\/\/|<style/);
    const assets = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, asset]) => `/api/v1/${asset}`);
    expect(assets).toHaveLength(3);
    for (const asset of assets) {
      const answer = await api.http.get(asset);
      const kind = asset.endsWith('.css') ? 'text/css' : 'text/javascript';
      expect([asset, answer.status, answer.headers['content-type']]).toEqual([
        ...[asset, 200, expect.stringContaining(kind)],
      ]);
      expect(answer.headers['content-security-policy']).toContain("script-src 'self'");
    }
  });
});
