import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newUuid, toPublicId } from '@switchboard/shared';
import { expectError, expectInvalid, withoutRequestId, type Answer } from '../testing/answers.js';
import { createDeliveryMaker } from '../testing/deliveries.js';
import {
  idFieldsOf,
  isPlatform,
  KNOWN_OPERATIONS,
  nameOf,
  sendAs,
  validRequest,
  withId,
  type OperationRequest,
} from '../testing/operations.js';
import { startTestApi, type ServedRoute, type TestApi } from '../testing/test-api.js';
import { makeWorld, type World } from '../testing/world.js';
import { jsonSchemaOf } from './json-schema.js';

type IdPart = 'params' | 'query' | 'body';

let api: TestApi;
/** Who asks, and whose things are asked for: to each pair it must be as if these did not exist. */
const PAIRS = ['another tenant’s things', 'live things to a test key', 'test things to a live key'] as const;
let pairs: Record<(typeof PAIRS)[number], { asking: World; owner: World }>;

beforeAll(async () => {
  api = await startTestApi();
  const tenant = await api.createTenant({ name: 'The one who asks' });
  const live = await makeWorld(api, tenant);
  const test = await makeWorld(api, await api.createKey(tenant, { mode: 'test' }), 'test');
  const other = await makeWorld(api, await api.createTenant({ name: 'The owner' }));
  pairs = {
    'another tenant’s things': { asking: live, owner: other },
    'live things to a test key': { asking: test, owner: live },
    'test things to a live key': { asking: live, owner: test },
  };
});
afterAll(() => api.close());

const callerOf = (route: ServedRoute, world: World) => (isPlatform(route) ? api.platform : world.tenant);
const ask = (route: ServedRoute, world: World, input: OperationRequest) => sendAs(callerOf(route, world), route, input);
const tenantOperations = () => api.routes.filter((route) => !isPlatform(route));

/** Ids that the platform uses belong to it alone; every other id belongs to a tenant. */
const guardedIds = (route: ServedRoute, part: IdPart) =>
  idFieldsOf(route[part]).filter(({ kind }) => !isPlatform(route) || (kind !== 'tenant' && kind !== 'apiKey'));

/** All that an asker can see of an answer, but for what differs between any two requests. */
function whole({ status, text, headers }: Answer & { text: string }) {
  const { date: _date, 'x-request-id': _id, etag: _etag, ...rest } = headers;
  const kept = Object.entries(rest).filter(([name]) => !name.startsWith('x-ratelimit-'));
  return { status, headers: Object.fromEntries(kept), body: withoutRequestId(text) };
}

/** Asks with the owner's id and with one that nobody has. @returns the answer, once it is the same for both */
async function expectAsIfMissing(route: ServedRoute, pair: { asking: World; owner: World }, part: IdPart) {
  const found: { path: string; answer: Answer & { text: string } }[] = [];
  for (const { path, kind } of guardedIds(route, part)) {
    const valid = validRequest(route, pair.asking);
    const hidden = await ask(route, pair.asking, withId(valid, part, path, pair.owner.ids[kind]));
    const missing = await ask(route, pair.asking, withId(valid, part, path, toPublicId(kind, newUuid())));
    expect({ operation: nameOf(route), path, ...whole(hidden) }).toEqual({
      operation: nameOf(route),
      path,
      ...whole(missing),
    });
    found.push({ path, answer: hidden });
  }
  return found;
}

async function everythingOf({ tenant, ids }: World): Promise<string[]> {
  const shown = api.routes.filter((route) => route.method === 'get' && !isPlatform(route) && route.params);
  const answers = shown.map((route) => sendAs(tenant, route, validRequest(route, { tenant, ids, mode: 'live' })));
  return (await Promise.all(answers)).map((answer) => {
    expect(answer.status).toBe(200);
    return answer.text;
  });
}

function idsIn({ body }: { body: unknown }): string[] {
  return (body as { data: { id: string }[] }).data.map(({ id }) => id);
}

describe('the table of fixtures', () => {
  it('has every operation of both APIs, and none that is gone', () => {
    expect(KNOWN_OPERATIONS.sort()).toEqual(api.routes.map(nameOf).sort());
  });

  it('sees every field whose name says that it is an id', () => {
    const names = (route: ServedRoute, part: IdPart) => {
      const schema = route[part];
      if (!schema) return [];
      const { properties = {} } = jsonSchemaOf(schema, 'input') as { properties?: object };
      return Object.keys(properties).filter((name) => /(^|_)ids?$/.test(name));
    };
    for (const route of api.routes.filter(({ operationId }) => operationId !== 'putPlan')) {
      for (const part of ['params', 'query', 'body'] as const) {
        const known = idFieldsOf(route[part]).map(({ path }) => path.replace(/\.0$/, ''));
        expect({ operation: nameOf(route), known }).toMatchObject({
          known: expect.arrayContaining(names(route, part)),
        });
      }
    }
  });
});

describe.each(PAIRS)('%s (invariant 8)', (name) => {
  const pair = () => pairs[name];

  it('their id in a path answers byte for byte the 404 of an id that nobody has, and nothing of them changes', async () => {
    const before = await everythingOf(pair().owner);
    for (const route of api.routes) {
      for (const { answer } of await expectAsIfMissing(route, pair(), 'params')) expectError(answer, 'not_found');
    }
    expect(await everythingOf(pair().owner)).toEqual(before);
  });

  it('their id in a filter finds what an id finds that nobody has: nothing', async () => {
    for (const route of api.routes) {
      for (const { path, answer } of await expectAsIfMissing(route, pair(), 'query')) {
        const { status, body } = answer as { status: number; body: { data?: unknown; meta?: { total?: number } } };
        // Slots are of one service, so without it there is nothing to look in.
        if (status === 404) continue;
        expect({ operation: nameOf(route), path, status, data: body.data, total: body.meta?.total }).toEqual({
          operation: nameOf(route),
          path,
          status: 200,
          data: [],
          total: 0,
        });
      }
    }
  });

  it('their id in a body is refused as an id that nobody has, naming the field', async () => {
    for (const route of api.routes) {
      for (const { path, answer } of await expectAsIfMissing(route, pair(), 'body')) expectInvalid(answer, path);
    }
  });

  it('are in no list', async () => {
    const { asking: asker, owner } = pair();
    const guarded = Object.entries(owner.ids).filter(([kind]) => kind !== 'tenant' && kind !== 'lead');
    for (const route of tenantOperations().filter(({ method, params }) => method === 'get' && !params)) {
      const { status, text } = await ask(route, asker, validRequest(route, asker));
      const shown = guarded.filter(([, id]) => text.includes(id));
      expect({ operation: nameOf(route), status, shown }).toEqual({ operation: nameOf(route), status: 200, shown: [] });
    }
  });

  it('are not behind a cursor that was taken from the owner’s list', async () => {
    const { asking: asker, owner } = pair();
    for (const list of ['/api/v1/events', '/api/v1/deliveries', '/api/v1/replays', '/api/v1/calls']) {
      const { next_cursor } = (await owner.tenant.get(`${list}?per_page=1`)).body.meta as { next_cursor: string };
      const hidden = idsIn(await owner.tenant.get(`${list}?per_page=100`));
      const shown = idsIn(await asker.tenant.get(`${list}?per_page=100&cursor=${next_cursor}`));
      expect(hidden).not.toHaveLength(0);
      expect(shown.filter((id) => hidden.includes(id))).toEqual([]);
    }
  });
});

it('a live event goes to no endpoint that was made with a test key', async () => {
  const tenant = await api.createTenant();
  const make = createDeliveryMaker(api);
  await make.createEndpoint(await api.createKey(tenant, { mode: 'test' }));
  expect(await make.deliver(tenant, { mode: 'live' })).toEqual([]);
  expect(await make.deliver(tenant, { mode: 'test' })).toHaveLength(1);
});
