import { pino, type Logger } from 'pino';
import { Writable } from 'node:stream';

export type LogLine = Record<string, unknown>;

/** A real logger whose lines are kept instead of printed. */
export function createTestLog(): { log: Logger; lines: LogLine[]; text(): string } {
  const lines: LogLine[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(JSON.parse(chunk.toString()) as LogLine);
      done();
    },
  });
  const log = pino({ level: 'trace', formatters: { level: (label) => ({ level: label }) } }, destination);
  return { log, lines, text: () => lines.map((line) => JSON.stringify(line)).join('\n') };
}
