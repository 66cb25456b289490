import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { createHistogram } from './histogram.js';
import { residentMb } from './memory.js';
import { cpuMicrosecondsOf } from './process-cpu.js';
import { startSampler, summarise } from './sampler.js';

describe('a histogram', () => {
  it('knows the middle, the slow end and the slowest to a tenth of a millisecond', () => {
    const histogram = createHistogram();
    for (let ms = 1; ms <= 100; ms += 1) histogram.add(ms + 0.04);
    expect(histogram.summary()).toEqual({ count: 100, p50_ms: 50, p99_ms: 99, max_ms: 100 });
  });

  it('takes what is longer than its scale, and what a clock that was set back made negative', () => {
    const histogram = createHistogram();
    histogram.add(100_000);
    histogram.add(-5);
    expect(histogram.summary()).toEqual({ count: 2, p50_ms: 0, p99_ms: 60_000, max_ms: 100_000 });
  });

  it('of nothing says zero', () => {
    expect(createHistogram().summary()).toEqual({ count: 0, p50_ms: 0, p99_ms: 0, max_ms: 0 });
  });
});

describe('a sampler', () => {
  it('tells the peak, and the beginning from the end', () => {
    expect(summarise([1, 1, 2, 9, 4, 5, 5, 6, 7])).toMatchObject({ peak: 9, early: 1, late: 6 });
  });

  it('leaves out what cannot be read, and reads a last time when it is stopped', async () => {
    const readings = [() => Promise.reject(new Error('gone')), () => null, () => 7];
    const sampler = startSampler(() => (readings.shift() ?? (() => 8))(), 1);
    while (readings.length > 0) await new Promise((resolve) => setImmediate(resolve));
    const { values } = await sampler.stop();
    expect(values.at(0)).toBe(7);
    expect(values.at(-1)).toBe(8);
  });

  it('sees a process, and no process that is gone', () => {
    expect(residentMb(process.pid)).toBeGreaterThan(1);
    expect(residentMb(2 ** 30)).toBeNull();
  });
});

// Linux alone tells it; elsewhere the benchmark leaves the column out.
(process.platform === 'linux' ? describe : describe.skip)('CPU time', () => {
  const used = (...pids: number[]) => cpuMicrosecondsOf(pids) ?? Number.NaN;

  it('grows with what a process does, also where its child does it', () => {
    const before = used(process.pid);
    execFileSync(process.execPath, ['-e', 'const end = Date.now() + 150; while (Date.now() < end);']);
    expect(used(process.pid) - before).toBeGreaterThan(50_000);
  });

  it('is none of a process that is gone', () => {
    expect(used(2 ** 30)).toBe(0);
  });
});
