/** Runs many single requests as few batches: what is submitted while a batch is under way goes together into the next. */
export interface Batcher<Item, Result> {
  submit(item: Item): Promise<Result>;
}

export interface BatcherOptions<Item, Result> {
  maxSize: number;
  /** Batches under way at once. The fewer, the larger they grow under load. */
  maxUnderWay: number;
  /** One result an item, in the items' order; a rejection rejects every item of the batch. */
  run(items: Item[]): Promise<Result[]>;
}

interface Waiting<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

/** An idle batcher waits for one turn of the event loop and no longer: batching must cost a lone item nothing. */
export function createBatcher<Item, Result>(options: BatcherOptions<Item, Result>): Batcher<Item, Result> {
  const waiting: Waiting<Item, Result>[] = [];
  let underWay = 0;
  let flushScheduled = false;

  const runBatch = async (batch: Waiting<Item, Result>[]) => {
    try {
      const results = await options.run(batch.map((entry) => entry.item));
      batch.forEach((entry, index) => entry.resolve(results[index] as Result));
    } catch (error) {
      for (const entry of batch) entry.reject(error);
    }
  };
  const flush = () => {
    flushScheduled = false;
    while (waiting.length > 0 && underWay < options.maxUnderWay) {
      underWay += 1;
      void runBatch(waiting.splice(0, options.maxSize)).finally(() => {
        underWay -= 1;
        flush();
      });
    }
  };
  return {
    submit: (item) =>
      new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        if (flushScheduled || underWay >= options.maxUnderWay) return;
        flushScheduled = true;
        setImmediate(flush);
      }),
  };
}
