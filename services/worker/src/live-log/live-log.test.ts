import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import {
  CHANGES_CHANNEL,
  parseChanges,
  signalManyChanges,
  signalWatched,
  startListener,
  type DeliveryChanges,
  type Listener,
} from '@switchboard/db';
import { insertTenant, makeDelivery } from '@switchboard/db/testing';
import { startReceiver, type Receiver } from '@switchboard/faults/receiver';
import { createProducer, type Producer } from '@switchboard/queue';
import { describeOnBackends, until } from '@switchboard/queue/testing';
import { newUuid } from '@switchboard/shared';
import { insertSealedEndpoint } from '../testing/endpoints.js';
import { createTestLog } from '../testing/log.js';
import { publish, startTestWorker, untilEnded, type WorkerUnderTest } from '../testing/running-worker.js';
import { startLiveLog } from './live-log.js';

describeOnBackends('the live log of a worker', (queues) => {
  let producer: Producer;
  let receiver: Receiver;
  let listener: Listener;
  let running: WorkerUnderTest | undefined;
  let heard: DeliveryChanges[] = [];
  let tenantId: string;

  beforeAll(async () => {
    producer = createProducer(queues.connect());
    await until('the queue is connected', () => producer.isReady());
    receiver = await startReceiver();
    listener = startListener({
      ...{ url: queues.settings.databaseUrl, channel: CHANGES_CHANNEL },
      onConnected: () => undefined,
      onError: () => undefined,
      onSignal: (payload) => heard.push(parseChanges(payload) as DeliveryChanges),
    });
    await until('it listens', () => listener.isConnected());
  });
  beforeEach(async () => {
    tenantId = await newTenant();
    heard = [];
  });
  afterEach(async () => {
    await running?.worker.stop();
    running = undefined;
  });
  afterAll(async () => {
    await listener.close();
    await producer.close();
    await receiver.stop();
  });

  const run = <Row>(text: string, values: unknown[] = []) => queues.database.database.query<Row>({ text, values });

  async function newTenant(): Promise<string> {
    const id = await insertTenant(queues.database.database);
    await insertSealedEndpoint(queues.database.database, { tenant_id: id, event_types: ['*'], url: receiver.url });
    return id;
  }

  async function start(): Promise<void> {
    running = startTestWorker(queues);
    await until('it hears who watches', async () => {
      const rows = await run(
        `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query = 'LISTEN "live_log_watched"'`,
      );
      return rows.length > 0;
    });
  }

  async function deliver(owner: string, mode = 'live'): Promise<string> {
    const [eventId = ''] = await publish(queues, producer, [{ tenant_id: owner, type: 'live.one', mode }]);
    if (mode === 'live') await untilEnded(queues, [eventId], 1);
    const [row] = await run<{ id: string }>('SELECT id FROM deliveries WHERE event_id = $1', [eventId]);
    return row?.id ?? '';
  }

  /** Comes behind all that was signalled before it. */
  async function untilAllIsHeard(): Promise<void> {
    const marker = newUuid();
    await new Promise((resolve) => setTimeout(resolve, 150));
    await signalManyChanges(queues.database.database, [marker]);
    await until('the marker is heard', () => heard.some(({ tenant_id }) => tenant_id === marker));
    heard = heard.filter(({ tenant_id }) => tenant_id !== marker);
  }

  it('says nothing while nobody watches', async () => {
    await start();
    await deliver(tenantId);
    await untilAllIsHeard();
    expect(heard).toEqual([]);
  });

  it('tells of a watched tenant’s deliveries, new and changed, and of nobody else’s', async () => {
    const other = await newTenant();
    await start();
    await signalWatched(queues.database.database, [tenantId]);
    await deliver(other);
    const id = await deliver(tenantId);
    await until('it is told of', () => heard.some(({ changed }) => changed?.delivery_ids.includes(id)));
    await untilAllIsHeard();
    expect(new Set(heard.map(({ tenant_id, changed }) => `${tenant_id} ${changed?.mode}`))).toEqual(
      new Set([`${tenantId} live`]),
    );
    expect(new Set(heard.flatMap(({ changed }) => changed?.delivery_ids ?? []))).toEqual(new Set([id]));
  });

  it('many deliveries of one moment are few signals, none of them longer than PostgreSQL takes', async () => {
    const { log } = createTestLog();
    const liveLog = startLiveLog({ database: queues.database.database, url: queues.settings.databaseUrl, log });
    await until('it hears who watches', async () => {
      await signalWatched(queues.database.database, [tenantId]);
      liveLog.noteOf({ tenant_id: tenantId, event_id: newUuid(), endpoint_id: newUuid() });
      liveLog.note([{ event_id: newUuid(), endpoint_id: newUuid() }]);
      const made = await makeDelivery(queues.database.database, { tenant_id: tenantId });
      liveLog.note([made]);
      await new Promise((resolve) => setTimeout(resolve, 150));
      return heard.length > 0;
    });
    heard = [];
    const made = await Promise.all(
      Array.from({ length: 250 }, () => makeDelivery(queues.database.database, { tenant_id: tenantId })),
    );
    liveLog.note(made);
    const named = () => heard.flatMap(({ changed }) => changed?.delivery_ids ?? []);
    await until('all are named', () => named().length >= 250);
    expect(heard.map(({ changed }) => changed?.delivery_ids.length).sort()).toEqual([100, 100, 50]);
    expect(new Set(named())).toEqual(new Set(made.map(({ delivery_id }) => delivery_id)));

    heard = [];
    liveLog.note(Array.from({ length: 2_500 }, () => ({ event_id: newUuid(), endpoint_id: newUuid() })));
    await until('it says that there were many', () => heard.length > 0);
    expect(heard).toEqual([{ tenant_id: tenantId, changed: null }]);
    await liveLog.stop();
  });

  it('a signal that cannot be sent troubles nobody, and the next one is sent again', async () => {
    const { log } = createTestLog();
    const database = queues.database.database;
    const liveLog = startLiveLog({ database, url: queues.settings.databaseUrl, log });
    const made = await makeDelivery(database, { tenant_id: tenantId });
    const tell = async () => {
      await signalWatched(database, [tenantId]);
      liveLog.note([made]);
    };
    await until('it hears who watches', async () => {
      await tell();
      return heard.length > 0;
    });
    await run('ALTER TABLE deliveries RENAME TO deliveries_away');
    try {
      await tell();
      await untilAllIsHeard();
    } finally {
      await run('ALTER TABLE deliveries_away RENAME TO deliveries');
    }
    heard = [];
    await until('it is told again', async () => {
      await tell();
      return heard.length > 0;
    });
    await liveLog.stop();
  });
});
