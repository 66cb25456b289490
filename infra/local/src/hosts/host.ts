/** What a launcher and its host say to each other over the IPC channel. */
export type ToHost<Options> = { type: 'start'; options: Options } | { type: 'stop' };
export type FromHost<Ready> =
  | { type: 'ready'; ready: Ready }
  | { type: 'failed'; message: string; lastLines: string[] }
  | { type: 'ended'; message: string; lastLines: string[] };

/** A server that runs under a host. */
export interface Hosted<Ready> {
  ready: Ready;
  /** Settles when the server ended, asked or not, with what it printed last. */
  ended: Promise<{ message: string; lastLines: string[] }>;
  stop(reason: 'asked' | 'parent gone'): Promise<void>;
}

/**
 * The life of a host process: a small Node process in a session of its own, so that Ctrl-C in the terminal does not
 * reach its server, and with an IPC channel to the launcher, so that the server ends even when the launcher is killed
 * with SIGKILL: the kernel closes the channel then, and that is all the host waits for.
 */
export function runHost<Options, Ready>(start: (options: Options) => Promise<Hosted<Ready>>): void {
  let hosted: Promise<Hosted<Ready>> | undefined;
  let finished: Promise<void> | undefined;

  const finish = (reason: 'asked' | 'parent gone'): void => {
    finished ??= (async () => {
      // A launcher that is killed while the server is starting: it must be up before it can be stopped cleanly.
      const server = await hosted?.catch(() => undefined);
      await server?.stop(reason).catch(() => undefined);
      process.exit(0);
    })();
  };
  const begin = async (options: Options): Promise<void> => {
    hosted = start(options);
    try {
      const server = await hosted;
      void server.ended.then((end) => {
        if (!finished) tell({ type: 'ended', ...end }, () => process.exit(1));
      });
      tell({ type: 'ready', ready: server.ready });
    } catch (error) {
      const lastLines = (error as { lastLines?: string[] }).lastLines ?? [];
      tell({ type: 'failed', message: error instanceof Error ? error.message : String(error), lastLines }, () =>
        process.exit(1),
      );
    }
  };
  const tell = (message: FromHost<Ready>, then: () => void = () => undefined): void => {
    if (process.connected) process.send?.(message, then);
    else then();
  };

  // The launcher's end of the pipe may be gone; the server still has to be stopped.
  process.stderr.on('error', () => undefined);
  process.on('disconnect', () => finish('parent gone'));
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => finish('asked'));
  process.on('message', (message: ToHost<Options>) => {
    if (message.type === 'start') void begin(message.options);
    else finish('asked');
  });
}
