import { z } from 'zod';
import { parseDurationMs } from './duration.js';

/** What the README's table and an error say of a variable. A secret's value is never repeated in a message. */
export interface VariableDocs {
  description: string;
  example: string;
  secret?: boolean;
}

/** sysexits.h EX_CONFIG: a supervisor can tell a wrong setting, which a restart does not mend, from a crash. */
export const EXIT_CODE_CONFIG = 78;

/** All that is wrong with the environment, one line a variable: its name, the problem, an example. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly problems: string[]) {
    super(`The configuration is not valid:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  }
}

/** Reads a service's settings from the environment, all at once and synchronously. @throws ConfigError */
export function parseConfig<S extends z.ZodObject>(
  schema: S,
  env: Record<string, string | undefined>,
  checkTogether: (config: z.output<S>) => string[] = () => [],
): z.output<S> {
  const given = Object.fromEntries(Object.entries(env).filter(([name, value]) => name in schema.shape && value !== ''));
  const result = schema.safeParse(given);
  if (!result.success) {
    throw new ConfigError(result.error.issues.map((issue) => describeIssue(schema, given, issue)));
  }
  const problems = checkTogether(result.data);
  if (problems.length > 0) throw new ConfigError(problems);
  return result.data;
}

function describeIssue(
  schema: z.ZodObject,
  given: Record<string, string | undefined>,
  issue: z.core.$ZodIssue,
): string {
  const name = String(issue.path[0]);
  const docs = variableDocs(schema, name);
  const value = given[name];
  const shown = value === undefined ? 'it is not set' : docs.secret ? 'its value is not shown' : `got "${value}"`;
  return `${name}: ${issue.message} (${shown}). Example: ${name}=${docs.example}`;
}

export function variableDocs(schema: z.ZodObject, name: string): VariableDocs {
  return (schema.shape[name] as z.ZodType).meta() as unknown as VariableDocs;
}

/** A whole number within bounds. */
export function wholeNumber(min: number, max: number) {
  const message = `expected a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,12}$/, message)
    .transform(Number)
    .pipe(z.number().min(min, message).max(max, message));
}

/** `true` or `false`, spelled out: `0`, `no` and an empty text have surprised too many. */
export function flag() {
  return z.enum(['true', 'false'], 'expected true or false').transform((text) => text === 'true');
}

/** A duration within bounds, in milliseconds. */
export function duration(minMs: number, maxMs: number) {
  return parsedBy(parseDurationMs).pipe(
    z
      .number()
      .min(minMs, `expected a duration of at least ${minMs} ms`)
      .max(maxMs, `expected a duration of at most ${maxMs} ms`),
  );
}

/** A text that `parse` understands; what it throws becomes the problem that is shown. */
export function parsedBy<T>(parse: (text: string) => T) {
  return z.string('is required').transform((text, context): T => {
    try {
      return parse(text);
    } catch (error) {
      context.issues.push({ code: 'custom', message: (error as Error).message, input: text });
      return z.NEVER;
    }
  });
}

/** The address of a server, with one of the given protocols. */
export function serverUrl(...protocols: string[]) {
  const message = `expected an address that starts with ${protocols.map((name) => `${name}://`).join(' or ')}`;
  return z.string('is required').refine((text) => {
    return URL.canParse(text) && protocols.includes(new URL(text).protocol.slice(0, -1));
  }, message);
}
