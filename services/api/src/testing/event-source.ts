import http from 'node:http';
import type { Person } from './people.js';
import { waitFor } from './waiting.js';

export interface ServerEvent {
  event: string;
  data: unknown;
  /** By performance.now(). */
  atMs: number;
}

/** A browser's EventSource, without coming back by itself. */
export interface OpenEventSource {
  status: number;
  headers: http.IncomingHttpHeaders;
  /** So far. */
  events: ServerEvent[];
  isClosed(): boolean;
  /** Waits until an event of this name has come that fits. */
  next(event: string, fits?: (data: never) => boolean): Promise<ServerEvent>;
  /** Takes nothing more from the connection, as a reader whose machine is too slow. */
  pause(): void;
  resume(): void;
  close(): void;
}

export async function openEventSource(
  port: number,
  path: string,
  who: Pick<Person, 'cookies'>,
): Promise<OpenEventSource> {
  const request = http.get({
    port,
    path,
    host: '127.0.0.1',
    agent: false,
    headers: { Accept: 'text/event-stream', Cookie: who.cookies },
  });
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    request.once('response', resolve).once('error', reject);
  });
  request.on('error', () => undefined);
  response.on('error', () => undefined);
  const events: ServerEvent[] = [];
  let text = '';
  let closed = false;
  response.setEncoding('utf8').on('data', (part: string) => {
    text += part;
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = /^event: (.*)$/m.exec(block)?.[1];
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (event !== undefined)
        events.push({ event, data: JSON.parse(data ?? 'null') as unknown, atMs: performance.now() });
    }
  });
  response.on('close', () => (closed = true));
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    events,
    isClosed: () => closed,
    next: (name, fits = () => true) =>
      waitFor(`an event ${name}`, () => events.find(({ event, data }) => event === name && fits(data as never))),
    pause: () => void response.pause(),
    resume: () => void response.resume(),
    close: () => void request.destroy(),
  };
}
