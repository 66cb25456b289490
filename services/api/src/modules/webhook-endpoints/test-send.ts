import type { Database } from '@switchboard/db';
import { AppError, notFound } from '@switchboard/shared';
import { setTimeout as sleep } from 'node:timers/promises';
import { resourceBody } from '../../http/etag.js';
import { ReplayedAnswer } from '../../http/idempotency.js';
import type { RequestInfo, TenantScope } from '../../http/route.js';
import type { Announcer } from '../../publishing/announcer.js';
import type { Committer } from '../../publishing/committer.js';
import type { DeliverySignals } from '../../publishing/delivery-signals.js';
import { createDeliveryService } from '../deliveries/service.js';
import { writeEndpointAudit } from './audit.js';
import { lockEndpoint } from './repository.js';
import type { SentTestView } from './schemas.js';
import { testEventFor } from './test-events.js';
import { insertTestDelivery, isTestDone, type TestDeliveryKey } from './test-send-repository.js';

export interface TestSenderDeps {
  database: Database;
  commit: Committer;
  announcer: Announcer;
  signals: DeliverySignals;
  /** How long a caller waits at most, whatever the endpoint's timeout is. */
  testSendCeilingMs?: number;
}

/** An endpoint's timeout of 30 s, and the way through the queue. */
const DEFAULT_CEILING_MS = 35_000;
/** What a worker gives an attempt where the endpoint says nothing. */
const DEFAULT_TIMEOUT_MS = 10_000;
/** For the way to a worker and back, beside the attempt itself. */
const GRACE_MS = 3_000;
const FIRST_LOOK_MS = 25;
export const LONGEST_LOOK_MS = 200;

/** What is kept of a test under an Idempotency-Key: not the answer, but what it is made of anew. */
interface SentTest extends TestDeliveryKey {
  wait_ms: number;
}

export type TestSender = ReturnType<typeof createTestSender>;

export function createTestSender(deps: TestSenderDeps) {
  const { database, commit, announcer, signals, testSendCeilingMs = DEFAULT_CEILING_MS } = deps;
  const deliveries = createDeliveryService({ database });

  const make = (tenant: TenantScope, id: string, wanted: string | undefined, request: RequestInfo) =>
    commit(request, async ({ transaction }): Promise<SentTest> => {
      const endpoint = await lockEndpoint(transaction, tenant, id);
      if (!endpoint) throw notFound();
      if (!endpoint.enabled) throw new AppError('conflict', 'The endpoint is disabled. Enable it and test it then.');
      const event = testEventFor(endpoint.event_types, wanted);
      const { request_id } = request;
      const made = await insertTestDelivery(transaction, tenant, { endpoint_id: id, event, request_id });
      const after = { event: event.delivered_as, event_id: made.event_id, delivery_id: made.delivery_id };
      await writeEndpointAudit({ transaction, tenant, request }, id, 'test_sent', { after });
      return { ...made, wait_ms: (endpoint.timeout_ms ?? DEFAULT_TIMEOUT_MS) + GRACE_MS };
    });

  /** Outside the transaction: a receiver that hangs holds no connection to the database. */
  const untilDone = async (tenant: TenantScope, test: SentTest, hangup: AbortSignal | undefined) => {
    const endsAt = performance.now() + Math.min(test.wait_ms, testSendCeilingMs);
    for (let pauseMs = FIRST_LOOK_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_LOOK_MS)) {
      const leftMs = endsAt - performance.now();
      if (leftMs <= 0 || hangup?.aborted || (await isTestDone(database, tenant, test))) return;
      await sleep(Math.min(pauseMs, leftMs), undefined, { ...(hangup && { signal: hangup }) }).catch(() => undefined);
    }
  };

  const answer = async (tenant: TenantScope, test: SentTest, request: RequestInfo): Promise<SentTestView> => {
    await untilDone(tenant, test, request.hangup?.());
    const { attempts, ...delivery } = await deliveries.show(tenant, test.delivery_id);
    return { delivery, attempt: attempts[0] ?? null };
  };

  return {
    /**
     * Sends the example of an event type to this endpoint alone, and waits for its one attempt. Asked again under the
     * same Idempotency-Key it sends nothing more and waits for that same attempt.
     *
     * @throws AppError conflict where the endpoint is disabled
     */
    async send(
      tenant: TenantScope,
      id: string,
      wanted: string | undefined,
      request: RequestInfo,
    ): Promise<SentTestView> {
      const test = await make(tenant, id, wanted, request).catch(async (error: unknown) => {
        if (!(error instanceof ReplayedAnswer) || error.status >= 400) throw error;
        const { data } = JSON.parse(error.body) as { data: SentTest };
        throw new ReplayedAnswer(error.status, resourceBody(await answer(tenant, data, request)));
      });
      const { event_id, endpoint_id, delivery_id } = test;
      announcer.announceDeliveries([{ event_id, endpoint_id, delivery_id, attempt: 1, delay_ms: 0 }]);
      signals.changed(tenant.tenant_id, [test]);
      return answer(tenant, test, request);
    },
  };
}
