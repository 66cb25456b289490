import { describe, expect, it } from '@jest/globals';
import type { TakenDelivery } from '@switchboard/db';
import type { DeliveryJob } from '@switchboard/shared';
import { createOwnLanes } from './own-lanes.js';

interface Begun {
  job: DeliveryJob;
  answer(): void;
  end(): void;
  fail(error: Error): void;
}

function someLanes(places = 2) {
  const begun: Begun[] = [];
  const errors: unknown[] = [];
  const lanes = createOwnLanes({
    places,
    onError: (error) => errors.push(error),
    deliver: (job, onAnswered) =>
      new Promise((resolve, reject) => begun.push({ job, answer: onAnswered, end: resolve, fail: reject })),
  });
  return { lanes, begun, errors };
}

let made = 0;
function taken(fields: Partial<TakenDelivery> = {}): TakenDelivery {
  made += 1;
  return {
    delivery_id: `delivery-${made}`,
    event_id: `event-${made}`,
    endpoint_id: 'endpoint',
    attempt: 1,
    delay_ms: 0,
    ...fields,
  };
}
/** What follows a settled promise has run. */
const aTurn = () => new Promise((resolve) => setImmediate(resolve));

describe('the lanes of a worker', () => {
  it('begin as much as there are places for, and hand back the rest', () => {
    const { lanes, begun } = someLanes();
    const given = [taken(), taken(), taken()];
    expect(lanes.take(given)).toEqual(given.slice(2));
    expect(begun.map(({ job }) => job.delivery_id)).toEqual(given.slice(0, 2).map(({ delivery_id }) => delivery_id));
    expect(lanes.freePlaces()).toBe(0);
  });

  it('have a place free again when the receiver has answered, though it is still being recorded', () => {
    const { lanes, begun } = someLanes();
    lanes.take([taken(), taken()]);
    begun[0]?.answer();
    expect([lanes.freePlaces(), lanes.unanswered('endpoint')]).toEqual([1, 1]);
    expect(lanes.take([taken()])).toEqual([]);
  });

  it('have a place free again where no POST was made at all, and count none twice', async () => {
    const { lanes, begun } = someLanes();
    lanes.take([taken(), taken()]);
    begun[0]?.end();
    begun[1]?.answer();
    begun[1]?.end();
    await aTurn();
    expect([lanes.freePlaces(), lanes.unanswered('endpoint')]).toEqual([2, 0]);
  });

  it('begin retries in half of their places, and leave the others to first attempts', () => {
    const { lanes } = someLanes(2);
    const given = [taken({ attempt: 2 }), taken({ attempt: 3 }), taken()];
    expect(lanes.take(given)).toEqual([given[1]]);
  });

  it('take no more of one endpoint than they are told to, and leave the places to others', () => {
    const { lanes } = someLanes();
    const given = [taken({ endpoint_id: 'flood' }), taken({ endpoint_id: 'flood' }), taken({ endpoint_id: 'calm' })];
    expect(lanes.take(given, 1)).toEqual([given[1]]);
  });

  it('report what a delivery throws, and give its place back', async () => {
    const { lanes, begun, errors } = someLanes();
    lanes.take([taken()]);
    begun[0]?.fail(new Error('database away'));
    await aTurn();
    expect(errors).toEqual([new Error('database away')]);
    expect(lanes.freePlaces()).toBe(2);
  });

  it('tell what they have in hand for long, until it is recorded', async () => {
    const { lanes, begun } = someLanes();
    lanes.take([taken()]);
    expect(lanes.inHandLongerThan(60_000)).toEqual([]);
    begun[0]?.answer();
    expect(lanes.inHandLongerThan(-1)).toEqual([begun[0]?.job]);
    begun[0]?.end();
    await aTurn();
    expect(lanes.inHandLongerThan(-1)).toEqual([]);
  });

  it('take nothing more once they close, and wait for what is in hand', async () => {
    const { lanes, begun } = someLanes();
    lanes.take([taken()]);
    let isClosed = false;
    const closing = lanes.close(60_000).then(() => (isClosed = true));
    const late = [taken()];
    expect(lanes.take(late)).toEqual(late);
    await aTurn();
    expect(isClosed).toBe(false);
    begun[0]?.end();
    await closing;
  });

  it('wait no longer than they may', async () => {
    const { lanes } = someLanes();
    lanes.take([taken()]);
    await lanes.close(10);
  });
});
