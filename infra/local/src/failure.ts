/**
 * Something that a person at the terminal can mend or must know: a taken port, a server that did not start. The
 * message is whole sentences and is shown as it is; a stack trace is printed only for what is not a Failure.
 */
export class Failure extends Error {
  override readonly name = 'Failure';

  constructor(
    message: string,
    /** The last lines that the failed part printed, shown under the message. */
    readonly lastLines: readonly string[] = [],
  ) {
    super(message);
  }
}

/** The reason in words, from whatever was thrown. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What is printed for an error that ends the command. */
export function describeForPerson(error: unknown): string {
  if (!(error instanceof Failure)) return error instanceof Error ? (error.stack ?? error.message) : String(error);
  if (error.lastLines.length === 0) return error.message;
  return `${error.message}\nIts last lines:\n${error.lastLines.map((line) => `  | ${line}`).join('\n')}`;
}
