import { describe, expect, it } from '@jest/globals';
import { createEndpointGate } from './endpoint-gate.js';

type Release = (durationMs: number) => void;

/** What was decided at once; 'waits' where nothing was. */
const atOnce = (entering: Promise<Release | null>) =>
  Promise.race([entering, new Promise<'waits'>((resolve) => setImmediate(() => resolve('waits')))]);

describe('endpoint gate', () => {
  it('lets an endpoint have so many attempts under way and no more', async () => {
    let time = 0;
    const gate = createEndpointGate(() => time);
    expect(await gate.enter('a', 2)).not.toBeNull();
    expect(await gate.enter('a', 2)).not.toBeNull();
    time = 10_000; // Nothing came back for 10 s: the endpoint hangs, and nobody waits for it.
    expect(await atOnce(gate.enter('a', 2))).toBeNull();
  });

  it('keeps endpoints apart: a hanging one takes no place of another', async () => {
    let time = 0;
    const gate = createEndpointGate(() => time);
    await gate.enter('hanging', 1);
    time = 10_000;
    expect(await gate.enter('hanging', 1)).toBeNull();
    expect(await gate.enter('healthy', 1)).not.toBeNull();
  });

  it('makes a job wait for the next free place of an endpoint that answers quickly', async () => {
    const gate = createEndpointGate(() => 0);
    const first = (await gate.enter('a', 1)) as Release;
    const second = gate.enter('a', 1);
    first(2);
    expect(await second).not.toBeNull();
    expect(gate.inFlight('a')).toBe(1);
  });

  it('lets those that wait in one after the other, in the order in which they came', async () => {
    const gate = createEndpointGate(() => 0);
    let release = (await gate.enter('a', 1)) as Release;
    const entered: number[] = [];
    const waiting = [1, 2, 3].map(async (nth) => {
      release = (await gate.enter('a', 1)) as Release;
      entered.push(nth);
    });
    for (const next of waiting) {
      release(2);
      await next;
    }
    expect(entered).toEqual([1, 2, 3]);
  });

  it('sends jobs away from an endpoint whose answers take long', async () => {
    const gate = createEndpointGate(() => 0);
    const first = (await gate.enter('a', 1)) as Release;
    const waiting = gate.enter('a', 1);
    expect(await atOnce(waiting)).toBe('waits');
    first(5_000);
    await waiting;
    expect(await atOnce(gate.enter('a', 1))).toBeNull();
  });

  it('gives up waiting when no place comes free in time, and the next in line is not lost with it', async () => {
    const gate = createEndpointGate(() => 0);
    const first = (await gate.enter('a', 1)) as Release;
    const impatient = await gate.enter('a', 1);
    expect(impatient).toBeNull();
    const patient = gate.enter('a', 1);
    first(2);
    expect(await patient).not.toBeNull();
  });

  it('forgets an endpoint with nothing in flight: its next attempt enters at once', async () => {
    const gate = createEndpointGate(() => 0);
    const first = (await gate.enter('a', 1)) as Release;
    first(5_000);
    expect(gate.inFlight('a')).toBe(0);
    expect(await gate.enter('a', 1)).not.toBeNull();
    // Nor is it held against it that it was slow then.
    expect(await atOnce(gate.enter('a', 1))).toBe('waits');
  });

  it('sends those away that wait, where it is told to, and lets the next ones wait again', async () => {
    const gate = createEndpointGate(() => 0);
    const first = await gate.enter('a', 1);
    const [waiting, other] = [gate.enter('a', 1), gate.enter('a', 1)];
    gate.sendAway('a');
    gate.sendAway('never seen');
    expect([await waiting, await other]).toEqual([null, null]);
    const later = gate.enter('a', 1);
    first?.(1);
    expect(await later).not.toBeNull();
  });

  it('says how many attempts are under way', async () => {
    const gate = createEndpointGate(() => 0);
    expect(gate.inFlight('a')).toBe(0);
    const [first, second] = [await gate.enter('a', 3), await gate.enter('a', 3)];
    expect(gate.inFlight('a')).toBe(2);
    first?.(1);
    expect(gate.inFlight('a')).toBe(1);
    second?.(1);
    expect(gate.inFlight('a')).toBe(0);
  });
});

describe('max_in_flight that changes', () => {
  it('upwards lets more in with the next job', async () => {
    let time = 0;
    const gate = createEndpointGate(() => time);
    await gate.enter('a', 1);
    time = 10_000;
    expect(await gate.enter('a', 1)).toBeNull();
    expect(await gate.enter('a', 2)).not.toBeNull();
  });

  it('downwards lets nobody in before so many have left, whoever waits', async () => {
    const gate = createEndpointGate(() => 0);
    const releases = [await gate.enter('a', 3), await gate.enter('a', 3), await gate.enter('a', 3)];
    const waiting = gate.enter('a', 1);
    releases[0]?.(1);
    releases[1]?.(1);
    expect(gate.inFlight('a')).toBe(1);
    releases[2]?.(1);
    expect(await waiting).not.toBeNull();
    expect(gate.inFlight('a')).toBe(1);
  });
});
