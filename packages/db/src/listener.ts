import pg from 'pg';

export interface Listener {
  /** Whether signals arrive now. While it is false, what is kept in memory may be out of date. */
  isConnected(): boolean;
  close(): Promise<void>;
}

export interface ListenerOptions {
  url: string;
  channel: string | readonly string[];
  onSignal(payload: string, channel: string): void;
  /** Called on each new connection: what was signalled before it was missed. */
  onConnected(): void;
  onError(error: Error): void;
}

const RECONNECT_PAUSE_MS = 250;

/** Listens to NOTIFY on a connection of its own (a pool would hand it to others), and comes back when it breaks. */
export function startListener(options: ListenerOptions): Listener {
  const listenTo = [options.channel]
    .flat()
    .map((channel) => `LISTEN ${pg.escapeIdentifier(channel)}`)
    .join('; ');
  let client: pg.Client | undefined;
  let connected = false;
  let closed = false;
  let retry: NodeJS.Timeout | undefined;

  const lose = (lost: pg.Client, error: Error | undefined) => {
    if (client !== lost) return;
    connected = false;
    client = undefined;
    if (closed) return;
    if (error) options.onError(error);
    void lost.end().catch(() => undefined);
    retry = setTimeout(connect, RECONNECT_PAUSE_MS);
  };
  const connect = () => {
    const fresh = new pg.Client({
      connectionString: options.url,
      application_name: 'switchboard-listener',
      keepAlive: true,
    });
    client = fresh;
    fresh.on('notification', (signal) => options.onSignal(signal.payload ?? '', signal.channel));
    fresh.on('error', (error) => lose(fresh, error));
    fresh.on('end', () => lose(fresh, undefined));
    fresh
      .connect()
      .then(() => fresh.query(listenTo))
      .then(() => {
        if (client !== fresh || closed) return;
        connected = true;
        options.onConnected();
      })
      .catch((error: Error) => lose(fresh, error));
  };
  connect();
  return {
    isConnected: () => connected,
    close: async () => {
      closed = true;
      connected = false;
      clearTimeout(retry);
      await client?.end().catch(() => undefined);
    },
  };
}
