import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ID_PREFIX, type IdKind } from '@switchboard/shared';
import fc from 'fast-check';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { arbitraryRequest } from '../testing/arbitrary-requests.js';
import { isPlatform, nameOf } from '../testing/operations.js';
import { platformToken } from '../testing/platform-token.js';
import { startTestApi, type ServedRoute, type TestApi } from '../testing/test-api.js';
import { makeWorld, type World } from '../testing/world.js';
import { documentText } from './committed-document.js';

/** Over some fifty operations that is a thousand requests, which take seconds. */
const REQUESTS_PER_OPERATION = 20;

let api: TestApi;
let world: World;

beforeAll(async () => {
  api = await startTestApi();
  world = await makeWorld(api, await api.createTenant());
});
afterAll(() => api.close());

const { paths } = JSON.parse(documentText()) as {
  paths: Record<string, Record<string, { responses: Record<string, object> }>>;
};

/** What a tenant is told may be answered; the platform's API has no document, so only failures are ruled out there. */
function isExpected(route: ServedRoute, status: number): boolean {
  if (status >= 500) return false;
  return isPlatform(route) || String(status) in (paths[route.path]?.[route.method]?.responses ?? {});
}

async function keepsItsPromise(route: ServedRoute): Promise<void> {
  const Authorization = `Bearer ${isPlatform(route) ? platformToken() : world.tenant.key}`;
  const property = fc.asyncProperty(arbitraryRequest(route, world), async ({ path: target, headers, body }) => {
    const answer = await fetch(`http://127.0.0.1:${api.port}${target}`, {
      method: route.method.toUpperCase(),
      headers: { ...headers, Authorization },
      redirect: 'manual',
      ...(body !== undefined && { body }),
    });
    const text = await answer.text();
    if (!isExpected(route, answer.status)) throw new Error(`${nameOf(route)} answered ${answer.status}: ${text}`);
  });
  await fc.assert(property, { numRuns: REQUESTS_PER_OPERATION });
}

describe('arbitrary requests, right ones and spoilt ones', () => {
  it('are answered by every operation with a documented status and never with a 5xx', async () => {
    for (const route of api.routes) await keepsItsPromise(route);
  }, 120_000);

  it('reach behind the validation: a good part of them is taken', () => {
    const statuses = api.logLines
      .map((line) => JSON.parse(line) as { msg?: string; status?: number })
      .flatMap(({ msg, status }) => (msg === 'request' && status !== undefined ? [status] : []));
    const taken = statuses.filter((status) => status < 300).length;
    expect(statuses.length).toBeGreaterThan(600);
    expect(taken / statuses.length).toBeGreaterThan(0.2);
  });
});

const SCHEMATHESIS = [['schemathesis'], ['st'], ['python3', '-m', 'schemathesis.cli']].find(
  ([command = '', ...args]) => spawnSync(command, [...args, '--version'], { stdio: 'ignore' }).status === 0,
);

/** The document with ids that exist in the place of its examples. */
function documentOf({ ids }: World): string {
  const example = /"([a-z]{3})_01jc9a92r0f8y9y89xbt61pzv0"/g;
  const kinds = new Map(Object.entries(ID_PREFIX).map(([kind, prefix]) => [prefix as string, kind as IdKind]));
  return documentText().replaceAll(example, (whole, prefix: string) => {
    const kind = kinds.get(prefix);
    return kind ? `"${ids[kind]}"` : whole;
  });
}

function runSchemathesis([command = '', ...before]: string[], folder: string): Promise<{ code: number; said: string }> {
  const file = path.join(folder, 'openapi.json');
  writeFileSync(file, documentOf(world));
  const args = [
    ...[...before, 'run', file, '--url', `http://127.0.0.1:${api.port}`],
    ...['--header', `Authorization: Bearer ${world.tenant.key}`, '--workers', '1', '--max-examples', '15'],
    ...[
      '--checks',
      'not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance',
      '--phases',
      'examples,coverage,fuzzing',
    ],
    // A made-up key beside the real one would be two keys, and every such request a 400.
    ...['--generation-with-security-parameters', 'false'],
    // It would keep what it has seen in a folder, and fail where the machine is slow.
    ...['--generation-database', 'none', '--suppress-health-check', 'all', '--no-color'],
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: folder, timeout: 90_000 });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? -1, said }));
  });
}

// Python is no part of the product: where schemathesis is installed it looks, too, and the test above runs everywhere.
if (SCHEMATHESIS) {
  it('schemathesis finds no 5xx and no undocumented status', async () => {
    const folder = mkdtempSync(path.join(process.env.SWITCHBOARD_TEST_FOLDER ?? tmpdir(), 'schemathesis-'));
    try {
      const { code, said } = await runSchemathesis(SCHEMATHESIS, folder);
      expect({ code, said: code === 0 ? '' : said }).toEqual({ code: 0, said: '' });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 120_000);
}
