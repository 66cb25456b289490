import pretty from 'pino-pretty';
import type { Terminal } from './terminal.js';

/** Shows the services' lines between those of the story, each with the name of its service. */
export function prettyServiceLines(terminal: Terminal): (service: string, line: string) => void {
  const prettify = pretty.prettyFactory({ colorize: terminal.isColoured, ignore: 'pid,hostname', singleLine: true });
  return (service, line) => {
    const text = prettify(line).trimEnd();
    terminal.line(`  ${terminal.style('dim', service.padEnd(6))} ${text}`);
  };
}
