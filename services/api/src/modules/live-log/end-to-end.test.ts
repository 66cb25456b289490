import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@switchboard/db/testing';
import { newUuid } from '@switchboard/shared';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import request from 'supertest';
import { createActors } from '../../testing/actors.js';
import { openEventSource } from '../../testing/event-source.js';
import { createPeople } from '../../testing/people.js';
import { killStartedProcesses, startApiProcess, type ApiProcess } from '../../testing/processes.js';
import { startWorkerProcess } from '../../testing/worker-process.js';
import type { DeliveryView } from '../deliveries/schemas.js';

let test: TestDatabase;
let api: ApiProcess;
let worker: { stop(): Promise<void> } | undefined;
let receiver: Server;

beforeAll(async () => {
  test = await createTestDatabase();
  receiver = createServer((_req, res) => res.end('ok')).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const redisUrl = process.env.SWITCHBOARD_TEST_REDIS_URL;
  const env = {
    ...{ DATABASE_URL: test.url, QUEUE_PREFIX: `live-${newUuid().slice(-12)}` },
    ...(redisUrl && { REDIS_URL: redisUrl }),
    ...{ ALLOWED_PRIVATE_NETWORKS: '127.0.0.0/8,::1/128', ALLOW_HTTP: 'true' },
  };
  [api, worker] = await Promise.all([startApiProcess(env), startWorkerProcess(env)]);
});
afterAll(async () => {
  await worker?.stop();
  await killStartedProcesses();
  receiver.close();
  await test.drop();
});

/** The promise of the page. */
const LIVE_MS = 1_000;

it('a delivery that a worker makes is on the page within a second, and so is what became of it', async () => {
  const http = request(api.url);
  const tenant = await createActors(test.database, http).createTenant({ plan: 'pro' });
  const viewer = await createPeople(test.database, http).signIn(tenant, 'viewer');
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
  const hook = await tenant.post('/api/v1/webhook-endpoints').send({ url, event_types: ['*'] });
  expect(hook.status).toBe(201);
  const source = await openEventSource(api.port, `/settings/api/live?tenant_id=${tenant.id}&mode=live`, viewer);
  await source.next('ready');
  // Behind the moment in which the stream looks back by itself: from here on it is the workers who tell.
  await new Promise((resolve) => setTimeout(resolve, 700));

  for (let n = 0; n < 5; n += 1) {
    const booking = { customer: { name: 'Ada' }, starts_at: `2030-05-0${n + 1}T09:00:00Z` };
    const bookedAtMs = performance.now();
    const { id } = (await tenant.post('/api/v1/appointments').send(booking)).body.data as { id: string };
    const [event] = (await tenant.get('/api/v1/events?per_page=1')).body.data as {
      id: string;
      data: { appointment?: { id: string } };
    }[];
    expect(JSON.stringify(event)).toContain(id);
    const isOfEvent = (status?: string) => (views: DeliveryView[]) =>
      views.some((view) => view.event_id === event?.id && (status === undefined || view.status === status));
    const first = await source.next('deliveries', isOfEvent());
    expect(first.atMs - bookedAtMs).toBeLessThan(LIVE_MS);
    const done = await source.next('deliveries', isOfEvent('succeeded'));
    expect(done.atMs - bookedAtMs).toBeLessThan(LIVE_MS);
  }
  source.close();
});
