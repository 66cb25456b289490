const EVERY_MS = 5_000;

/**
 * Tells a waiting person what is being done and for how long. Short steps of a quiet command say nothing at all.
 *
 * @param {NodeJS.WritableStream} stream
 * @param {{ quietUntilMs: number }} options a step that ends sooner than this is not mentioned
 */
export function createProgress(stream, { quietUntilMs }) {
  return {
    /** Runs one step, `doing` being its name in the present ("Installing packages") and `done` in the past. */
    async during(doing, done, work) {
      const start = Date.now();
      let announced = false;
      const announce = () => {
        announced = true;
        stream.write(`${doing} ...\n`);
      };
      const first = setTimeout(announce, quietUntilMs);
      const ticker = setInterval(() => {
        stream.write(`  still at it: ${doing.toLowerCase()}, ${Math.round((Date.now() - start) / 1000)} s so far\n`);
      }, EVERY_MS);
      try {
        const result = await work();
        const seconds = ((Date.now() - start) / 1000).toFixed(1);
        if (announced) stream.write(`${done} in ${seconds} s.\n`);
        return result;
      } finally {
        clearTimeout(first);
        clearInterval(ticker);
      }
    },
  };
}
