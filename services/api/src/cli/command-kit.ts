import { createDatabase, type Database } from '@switchboard/db';
import { fromPublicId, parseConfig, validationFailed, type IdKind } from '@switchboard/shared';
import { Option } from 'commander';
import { z } from 'zod';
import { apiConfigSchema } from '../config.js';

/** What a command works with: settings in, text out. */
export interface CliDeps {
  env: Record<string, string | undefined>;
  write: (text: string) => void;
}

export interface OutputOptions {
  json?: boolean;
}

const cliConfigSchema = z.object({
  NODE_ENV: apiConfigSchema.shape.NODE_ENV,
  DATABASE_URL: apiConfigSchema.shape.DATABASE_URL,
  REDIS_URL: apiConfigSchema.shape.REDIS_URL,
  API_KEY_PREFIX: apiConfigSchema.shape.API_KEY_PREFIX,
});

export type CliConfig = z.output<typeof cliConfigSchema>;

/** @throws ConfigError */
export function readConfig({ env }: CliDeps): CliConfig {
  return parseConfig(cliConfigSchema, env);
}

export async function withDatabase(
  deps: CliDeps,
  work: (database: Database, config: CliConfig) => Promise<void>,
  options: { statementTimeoutMs?: number } = {},
): Promise<void> {
  const config = readConfig(deps);
  const database = createDatabase({
    url: config.DATABASE_URL,
    poolSize: 2,
    applicationName: 'switchboard-cli',
    ...options,
  });
  try {
    await work(database, config);
  } finally {
    await database.close();
  }
}

export const jsonOption = () => new Option('--json', 'print JSON');

export function print(deps: CliDeps, options: OutputOptions, result: unknown, sentence: string): void {
  deps.write(options.json ? JSON.stringify(result, null, 2) : sentence);
}

/** @throws AppError validation_failed where the text is no id of this kind */
export function idOption(kind: IdKind, text: string, path: string): string {
  const uuid = fromPublicId(kind, text);
  if (uuid === null) throw validationFailed([{ path, message: `"${text}" is not an id of this kind` }]);
  return uuid;
}
