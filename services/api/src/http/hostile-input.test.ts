import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newUuid, toPublicId } from '@switchboard/shared';
import { expectErrorEnvelope } from '../testing/answers.js';
import type { Tenant } from '../testing/actors.js';
import { HOSTILE_INPUTS, type HostileInput } from '../testing/hostile-inputs.js';
import { platformToken } from '../testing/platform-token.js';
import { sendRaw, type RawAnswer } from '../testing/raw-http.js';
import { startTestApi, type ServedRoute, type TestApi } from '../testing/test-api.js';

let api: TestApi;
let tenant: Tenant;

beforeAll(async () => {
  api = await startTestApi();
  tenant = await api.createTenant();
});
afterAll(() => api.close());

function send(route: ServedRoute, input: HostileInput): Promise<RawAnswer> {
  const credential = route.path.startsWith('/platform') ? platformToken() : tenant.key;
  const id = input.id ?? toPublicId('event', newUuid());
  return sendRaw(api.port, {
    method: route.method.toUpperCase(),
    path: route.path.replace('{id}', id) + (input.query === undefined ? '' : `?${input.query}`),
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${credential}`, ...input.headers },
    ...(input.body !== undefined && { body: input.body }),
  });
}

/** @returns what is wrong with the answer, or null */
function complaint(answer: RawAnswer): string | null {
  if (answer.status >= 500) return `${answer.status} ${answer.text}`;
  try {
    if (answer.status >= 400) expectErrorEnvelope(answer);
    else expect(answer.body).toMatchObject({ success: true, data: expect.anything() });
    expect(answer.headers['x-request-id']).toMatch(/^req_[0-9a-f]{32}$/);
    return null;
  } catch (error) {
    return `${answer.status} ${answer.text}: ${String(error)}`;
  }
}

describe('any input to any route', () => {
  it.each(HOSTILE_INPUTS)('is answered with the documented envelope and never with a 5xx: $what', async (input) => {
    const complaints: string[] = [];
    for (const route of api.routes) {
      const problem = complaint(await send(route, input));
      if (problem !== null) complaints.push(`${route.method} ${route.path}: ${problem}`);
    }
    expect(complaints).toEqual([]);
  });

  it('leaves the service as it was: it answers, and logged no failure', async () => {
    expect(api.routes.length).toBeGreaterThanOrEqual(15);
    expect((await tenant.get('/api/v1/events')).status).toBe(200);
    const failures = api.logLines.filter((line) => /"level":"(error|fatal)"/.test(line));
    expect(failures).toEqual([]);
  });
});
