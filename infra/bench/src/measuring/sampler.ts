/** The course of a value over a time. */
export interface Samples {
  values: number[];
  peak: number;
  /** Medians of the first and the last third: whether it grows. */
  early: number;
  late: number;
}

export interface Sampler {
  stop(): Promise<Samples>;
}

/** Reads a value again and again until it is stopped. What cannot be read at a moment is left out. */
export function startSampler(read: () => Promise<number | null> | number | null, everyMs = 200): Sampler {
  const values: number[] = [];
  let isReading = false;
  const sample = async () => {
    if (isReading) return;
    isReading = true;
    const value = await Promise.resolve(read()).catch(() => null);
    if (value !== null && Number.isFinite(value)) values.push(value);
    isReading = false;
  };
  const timer = setInterval(() => void sample(), everyMs);
  return {
    stop: async () => {
      clearInterval(timer);
      await sample();
      return summarise(values);
    },
  };
}

export function summarise(values: number[]): Samples {
  const third = Math.max(1, Math.floor(values.length / 3));
  return {
    values,
    peak: Math.max(0, ...values),
    early: median(values.slice(0, third)),
    late: median(values.slice(-third)),
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
