import { describe, expect, it } from '@jest/globals';
import { until } from '@switchboard/queue/testing';
import { createTestLog } from '../testing/log.js';
import { startLoop } from './loop.js';

describe('a loop', () => {
  it('runs at once and then at its interval, never two at a time', async () => {
    let runs = 0;
    let running = 0;
    const loop = startLoop({
      name: 'test',
      intervalMs: 5,
      log: createTestLog().log,
      run: async () => {
        runs += 1;
        expect((running += 1)).toBe(1);
        await new Promise((resolve) => setTimeout(resolve, 10));
        running -= 1;
        return false;
      },
    });
    await until('it ran three times', () => runs >= 3);
    await loop.stop();
  });

  it('runs again at once while there is more to do', async () => {
    let left = 50;
    const loop = startLoop({
      name: 'test',
      intervalMs: 600_000,
      log: createTestLog().log,
      run: () => Promise.resolve((left -= 1) > 0),
    });
    await until('all is done', () => left === 0);
    await loop.stop();
  });

  it('goes on after a run that failed, and says so', async () => {
    const { log, lines } = createTestLog();
    let runs = 0;
    const loop = startLoop({
      name: 'fragile',
      intervalMs: 1,
      log,
      run: () => ((runs += 1) === 1 ? Promise.reject(new Error('database away')) : Promise.resolve(false)),
    });
    await until('it ran again', () => runs >= 2);
    await loop.stop();
    expect(lines[0]).toMatchObject({ level: 'warn', loop: 'fragile', err: { message: 'database away' } });
  });

  it('stops at once from its pause, and after the run under way, and does not run again', async () => {
    let runs = 0;
    let release: () => void = () => undefined;
    const paused = startLoop({
      name: 'test',
      intervalMs: 600_000,
      log: createTestLog().log,
      run: () => Promise.resolve(false),
    });
    await paused.stop();

    const busy = startLoop({
      name: 'test',
      intervalMs: 0,
      log: createTestLog().log,
      run: async () => {
        runs += 1;
        await new Promise<void>((resolve) => (release = resolve));
        return true;
      },
    });
    await until('it runs', () => runs === 1);
    let isStopped = false;
    const stopping = busy.stop().then(() => (isStopped = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(isStopped).toBe(false);
    release();
    await stopping;
    expect(runs).toBe(1);
  });
});
