import { ConfigError, EXIT_CODE_CONFIG, AppError } from '@switchboard/shared';
import { buildProgram } from './program.js';

/** One failed command: its reason in a sentence, on standard error, and an exit code that is not 0. */
function fail(error: unknown): never {
  if (error instanceof ConfigError) {
    process.stderr.write(`${error.message}\n`);
    process.exit(EXIT_CODE_CONFIG);
  }
  const details =
    error instanceof AppError ? error.details.map(({ path, message }) => `\n  - ${path}: ${message}`).join('') : '';
  process.stderr.write(`${reasonOf(error)}${details}\n`);
  process.exit(1);
}

/** A host with two addresses fails with an error for each and no message of its own; then the code has to do. */
function reasonOf(error: unknown): string {
  const { message, code } = error as { message?: string; code?: string };
  return message || code || String(error);
}

await buildProgram({ env: process.env, write: (text) => process.stdout.write(`${text}\n`) })
  .parseAsync()
  .catch(fail);
