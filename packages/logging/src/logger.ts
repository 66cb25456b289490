import { pino, stdTimeFunctions, type DestinationStream, type Logger, type LoggerOptions } from 'pino';
import { combineWrites } from './combined-writes.js';

/** A line that is written for every request or attempt: flat, so that nothing in it can hold something unseen. */
export type WideLine = Record<string, string | number | boolean | null | undefined>;

export interface WideLog {
  info(line: WideLine, message: string): void;
}

export interface Logs {
  log: Logger;
  /**
   * For the one wide line of a request or an attempt. It is not searched for secrets, which would be 3 % of
   * an attempt's CPU time (measured): its type has no room for what they hide in, and a test holds every such line against them.
   */
  wide: WideLog;
}

/**
 * JSON lines on standard output. A terminal pipes them through pino-pretty (`npm start -- --logs`). They are written by
 * this thread: by way of libuv's threads each write woke two of them, a twentieth of what a lone delivery costs. Accepted
 * failure: a reader that stops reading stops the process, where else its memory would grow.
 */
export function createLogs(service: string, level: string, destination?: DestinationStream): Logs {
  const stream = destination ?? combineWrites(pino.destination({ dest: 1, sync: true }));
  const options: LoggerOptions = {
    level,
    base: { service, pid: process.pid },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  };
  return { log: pino({ ...options, redact: REDACTED }, stream), wide: pino(options, stream) };
}

/** A last net: no line of ours holds these, and one that does by mistake must not show them (invariant 10). */
const REDACTED = {
  paths: [
    '*.authorization',
    '*.secret',
    '*.key',
    '*.password',
    '*.api_key',
    'err.config',
    'err.parameters',
    'err.command.args',
  ],
  censor: '[redacted]',
};
