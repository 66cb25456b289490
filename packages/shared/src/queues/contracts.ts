import { z } from 'zod';

/**
 * What travels through the queues: ids only, never payloads or secrets (invariant 3). During a rolling deploy an old
 * worker may meet a new producer's job and the other way round, so fields are added as optional and never renamed;
 * a job that does not fit its schema is dropped with a log line, because the sweeper brings the work back.
 */
export const QUEUES = {
  /** Events just committed, to be fanned out. Many events a job: fan-out works in batches. */
  events: { name: 'events', schema: z.object({ event_ids: z.array(z.uuid()).min(1) }) },
  /** First attempts. One job is one attempt. */
  deliveries: { name: 'deliveries', schema: deliveryJob() },
  /** Second and later attempts, on a lane of their own so that retries never stand before first attempts (invariant 9). */
  retries: { name: 'delivery-retries', schema: deliveryJob() },
} as const;

function deliveryJob() {
  return z.object({
    delivery_id: z.uuid(),
    event_id: z.uuid(),
    endpoint_id: z.uuid(),
    /** The attempt that this job makes, from 1: the compare-and-set that keeps a job run twice from counting twice. */
    attempt: z.int().min(1),
    /**
     * Set where the worker took the delivery from PostgreSQL because it is this one's turn: it may pass where an
     * endpoint is fed one by one (`turn`), or where its breaker is open (`probe`).
     */
    granted: z.enum(['turn', 'probe']).optional(),
  });
}

export type QueueKey = keyof typeof QUEUES;
export type JobOf<K extends QueueKey> = z.infer<(typeof QUEUES)[K]['schema']>;
export type DeliveryJob = JobOf<'deliveries'>;

/**
 * BullMQ keeps one job per id: the same attempt can be enqueued by fan-out, retry and sweeper and still runs once. A job
 * with a grant has an id of its own, because one without it, which will be sent away, must not swallow it.
 */
export function deliveryJobId(job: Pick<DeliveryJob, 'delivery_id' | 'attempt' | 'granted'>): string {
  return `${job.delivery_id}-${job.attempt}${job.granted ? `-${job.granted}` : ''}`;
}

export function laneOf(attempt: number): 'deliveries' | 'retries' {
  return attempt === 1 ? 'deliveries' : 'retries';
}
