import { styleText } from 'node:util';

type Style = 'bold' | 'dim' | 'green' | 'red' | 'cyan';

/** Prints for a person. Colours only where somebody looks at a terminal and did not ask for none. */
export class Terminal {
  readonly #isColoured: boolean;

  constructor(
    private readonly stream: NodeJS.WriteStream,
    env: NodeJS.ProcessEnv,
  ) {
    this.#isColoured = stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
    // A reader that went away (`npm start | head`) must not end the stack in the middle of its shutdown.
    stream.on('error', () => undefined);
  }

  get isColoured(): boolean {
    return this.#isColoured;
  }

  line(text = ''): void {
    this.stream.write(`${text}\n`);
  }

  heading(text: string): void {
    this.line(`\n${this.style('bold', text)}`);
  }

  /** A step that went well, with what it took. */
  done(text: string, tookMs?: number): void {
    const took = tookMs === undefined ? '' : `  ${this.style('dim', formatDuration(tookMs))}`;
    this.line(`  ${this.style('green', '✓')} ${text}${took}`);
  }

  failed(text: string): void {
    this.line(`  ${this.style('red', '✗')} ${text}`);
  }

  style(style: Style, text: string): string {
    return this.#isColoured ? styleText(style, text) : text;
  }
}

/** `850 ms`, `12.3 s`, `2 min 5 s` */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1_000)} s`;
}

/** `14:03:12.120`, in the local time that a person's clock shows. */
export function formatTime(at: Date): string {
  const pad = (value: number, length = 2): string => String(value).padStart(length, '0');
  return `${pad(at.getHours())}:${pad(at.getMinutes())}:${pad(at.getSeconds())}.${pad(at.getMilliseconds(), 3)}`;
}
