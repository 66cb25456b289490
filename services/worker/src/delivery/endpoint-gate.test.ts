import { describe, expect, it } from '@jest/globals';
import { createEndpointGate } from './endpoint-gate.js';

type Release = (durationMs: number) => void;

describe('endpoint gate', () => {
  it('lets an endpoint have so many attempts under way and no more', async () => {
    let time = 0;
    const gate = createEndpointGate(2, () => time);
    expect(await gate.enter('a')).not.toBeNull();
    expect(await gate.enter('a')).not.toBeNull();
    time = 10_000; // Nothing came back for 10 s: the endpoint hangs.
    expect(await gate.enter('a')).toBeNull();
  });

  it('keeps endpoints apart: a hanging one takes no place of another', async () => {
    let time = 0;
    const gate = createEndpointGate(1, () => time);
    await gate.enter('hanging');
    time = 10_000;
    expect(await gate.enter('hanging')).toBeNull();
    expect(await gate.enter('healthy')).not.toBeNull();
  });

  it('makes a job wait for the next free place of an endpoint that answers quickly', async () => {
    const gate = createEndpointGate(1, () => 0);
    const first = (await gate.enter('a')) as Release;
    const second = gate.enter('a');
    first(2);
    expect(await second).not.toBeNull();
  });

  it('sends jobs away from an endpoint whose answers take long', async () => {
    const gate = createEndpointGate(1, () => 0);
    const first = (await gate.enter('a')) as Release;
    const waiting = gate.enter('a');
    first(5_000);
    await waiting;
    expect(await gate.enter('a')).toBeNull();
  });

  it('gives up waiting when no place comes free in time, and the next in line is not lost with it', async () => {
    const gate = createEndpointGate(1, () => 0);
    const first = (await gate.enter('a')) as Release;
    const impatient = await gate.enter('a');
    expect(impatient).toBeNull();
    const patient = gate.enter('a');
    first(2);
    expect(await patient).not.toBeNull();
  });

  it('forgets an endpoint with nothing in flight: its next attempt enters at once', async () => {
    const gate = createEndpointGate(1, () => 0);
    const first = (await gate.enter('a')) as Release;
    first(5_000);
    expect(await gate.enter('a')).not.toBeNull();
  });
});

describe('a job that was sent away', () => {
  it('comes back half a second later where few were sent away', async () => {
    const gate = createEndpointGate(10, () => 0);
    await gate.enter('a');
    expect(gate.comeBackAfterMs('a')).toBe(500);
    expect(gate.comeBackAfterMs('never seen')).toBe(500);
  });

  it('comes back the later the more were sent away before it, so that a long line does not come back at once', async () => {
    let time = 0;
    const gate = createEndpointGate(10, () => time);
    await gate.enter('a');
    time = 10_000; // Nothing came back for 10 s.
    const delays = Array.from({ length: 15 }, () => gate.comeBackAfterMs('a'));
    expect(delays[0]).toBe(500 + 700);
    expect(delays[1]).toBe(500 + 1_400);
    expect(delays).toEqual(delays.toSorted((a, b) => a - b));
  });

  it('comes back after 15 s at the latest: a receiver that has recovered must hear of it', async () => {
    let time = 0;
    const gate = createEndpointGate(1, () => time);
    await gate.enter('a');
    time = 30_000;
    const delays = Array.from({ length: 100 }, () => gate.comeBackAfterMs('a'));
    expect(Math.max(...delays)).toBe(15_000);
  });

  it('comes back soon again once the endpoint has answered and the line has passed', async () => {
    let time = 0;
    const gate = createEndpointGate(1, () => time);
    const hung = (await gate.enter('a')) as Release;
    time = 5_000;
    for (let i = 0; i < 10; i += 1) gate.comeBackAfterMs('a');
    hung(5_000);
    await gate.enter('a');
    expect(gate.comeBackAfterMs('a')).toBe(500);
  });
});
