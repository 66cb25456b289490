import { pino, stdTimeFunctions, type DestinationStream, type Logger, type LoggerOptions } from 'pino';

/** JSON lines on standard output. A terminal pipes them through pino-pretty (`npm start -- --logs`). */
export function createLogger(
  service: string,
  level: string,
  destination: DestinationStream = pino.destination(1),
): Logger {
  const options: LoggerOptions = {
    level,
    base: { service, pid: process.pid },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    // A last net: no line of ours holds these, and one that does by mistake must not show them (invariant 10).
    redact: {
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
    },
  };
  return pino(options, destination);
}
