import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createDatabase, type Database } from '@switchboard/db';
import { newUuid, toPublicId } from '@switchboard/shared';
import { expectError } from '../testing/answers.js';
import type { Tenant } from '../testing/actors.js';
import { uuidOf } from '../testing/deliveries.js';
import { freePort } from '../testing/ports.js';
import { platformToken } from '../testing/platform-token.js';
import { sendRaw } from '../testing/raw-http.js';
import { startTestApi, type TestApi } from '../testing/test-api.js';

const booking = { customer: { name: 'Ada' }, starts_at: '2030-05-01T09:00:00Z' };
const APPLICATION = 'switchboard-api-under-fire';

describe('with PostgreSQL out of reach', () => {
  let api: TestApi;
  let tenant: Tenant;
  let nowhere: Database;

  beforeAll(async () => {
    const url = `postgres://switchboard:a-password@127.0.0.1:${await freePort()}/switchboard`;
    nowhere = createDatabase({ url, poolSize: 2, applicationName: APPLICATION });
    api = await startTestApi({ database: nowhere });
    tenant = await api.createTenant();
  });
  afterAll(async () => {
    await api.close();
    await nowhere.close();
  });

  it('every route answers 503 with Retry-After, and says nothing of what is behind it', async () => {
    const bodies: Record<string, object> = {
      '/platform/v1/tenants': { name: 'x', plan: 'pro' },
      '/platform/v1/events': { tenant_id: tenant.id, event: 'a.b', data: {} },
    };
    // Behind a key every route asks the database first; the platform's are asked with what they would accept.
    const asked = api.routes.filter(
      ({ path, method }) => path.startsWith('/api/') || (path in bodies && method !== 'patch'),
    );
    expect(asked.length).toBeGreaterThan(20);
    for (const { method, path } of asked) {
      const credential = path.startsWith('/platform') ? platformToken() : tenant.key;
      const answer = await sendRaw(api.port, {
        method: method.toUpperCase(),
        path: path.replace('{id}', toPublicId('event', newUuid())),
        headers: { Authorization: `Bearer ${credential}`, 'Content-Type': 'application/json' },
        ...(method === 'post' && { body: JSON.stringify(bodies[path] ?? booking) }),
      });
      const { message } = expectError(answer, 'unavailable');
      expect(answer.headers['retry-after']).toBe('5');
      expect(message).toBe('The service cannot take this request now. Try again shortly.');
      expect(answer.text).not.toMatch(/ECONN|127\.0\.0\.1|postgres|password|at /);
    }
  });

  it('the log says what it was, with the request’s id and without the password', async () => {
    const answer = await tenant.post('/api/v1/appointments').set('X-Request-Id', 'lost-1').send(booking);
    expectError(answer, 'unavailable');
    const line = api.logLines.find((text) => text.includes('"lost-1"') && text.includes('"level":"error"'));
    expect(line).toContain('ECONNREFUSED');
    expect(api.logLines.join('')).not.toContain('a-password');
  });

  it('an unknown route and a missing key are answered as ever', async () => {
    expectError(await api.http.get('/nowhere'), 'not_found');
    expectError(await api.http.get('/api/v1/events'), 'unauthorized');
    expect((await api.http.get('/healthz')).status).toBe(200);
    expect((await api.http.get('/readyz')).status).toBe(503);
  });
});

describe('with PostgreSQL breaking off connections', () => {
  let api: TestApi;
  let underFire: TestApi;
  let database: Database;

  beforeAll(async () => {
    api = await startTestApi();
    database = createDatabase({ url: api.databaseUrl, poolSize: 5, applicationName: APPLICATION });
    underFire = await startTestApi({ database });
  });
  afterAll(async () => {
    await underFire.close();
    await database.close();
    await api.close();
  });

  /** Ends every connection of the API under fire, wherever it stands in its work. */
  async function breakConnections(): Promise<void> {
    const text = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1 AND datname = current_database()`;
    await api.database.query({ text, values: [APPLICATION] });
  }

  it('a call is answered 201 or 503, and every 201 is committed with its event', async () => {
    const tenant = await api.createTenant();
    const book = () => underFire.http.post('/api/v1/appointments').set('X-API-Key', tenant.key).send(booking);
    const booked: string[] = [];
    let refused = 0;
    const caller = async () => {
      for (let call = 1; call <= 40; call += 1) {
        const answer = await book();
        if (answer.status === 201) booked.push(answer.body.data.id as string);
        else refused += expectError(answer, 'unavailable') ? 1 : 0;
        // The four others are in the middle of something.
        if (call % 4 === 0) await breakConnections();
      }
    };
    await Promise.all(Array.from({ length: 5 }, caller));

    const [found] = await api.database.query({
      text: `SELECT (SELECT count(*) FROM appointments WHERE id = ANY ($1)) AS appointments,
        (SELECT count(*) FROM events e WHERE e.data::json ->> 'id' = ANY ($2)) AS events,
        (SELECT count(*) FROM outbox o JOIN events e ON e.id = o.event_id WHERE e.data::json ->> 'id' = ANY ($2)) AS outbox`,
      values: [booked.map((id) => uuidOf('appointment', id)), booked],
    });
    expect(found).toEqual({ appointments: booked.length, events: booked.length, outbox: booked.length });
    expect(refused).toBeGreaterThan(0);
    expect(booked.length).toBeGreaterThan(0);
    expect((await book()).status).toBe(201);
  });
});
