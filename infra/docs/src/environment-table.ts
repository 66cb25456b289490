import { apiConfigSchema } from '@switchboard/api/config';
import { variableDocs } from '@switchboard/shared';
import { workerConfigSchema } from '@switchboard/worker/config';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import type { z } from 'zod';
import { README, REPOSITORY } from './repository.js';

const BEGIN = '<!-- environment variables: written by `npm run docs:env`, checked by the tests -->';
const END = '<!-- end of the environment variables -->';

/** One setting of the services, as an operator reads of it. */
export interface EnvironmentVariable {
  name: string;
  readBy: 'both' | 'API' | 'worker';
  /** What it is where it is not set, in the words that would set it; undefined where it must be set, '' for nothing. */
  defaultText: string | undefined;
  description: string;
  example: string;
  isSecret: boolean;
  schema: z.ZodType;
}

/** Every setting of the API and the worker: the ones of both first, each group in the order of its schema. */
export function environmentVariables(): EnvironmentVariable[] {
  const inApi = Object.keys(apiConfigSchema.shape);
  const inWorker = Object.keys(workerConfigSchema.shape);
  return [
    ...inApi.filter((name) => inWorker.includes(name)).map((name) => describeVariable(apiConfigSchema, name, 'both')),
    ...inApi.filter((name) => !inWorker.includes(name)).map((name) => describeVariable(apiConfigSchema, name, 'API')),
    ...inWorker
      .filter((name) => !inApi.includes(name))
      .map((name) => describeVariable(workerConfigSchema, name, 'worker')),
  ];
}

function describeVariable(
  service: z.ZodObject,
  name: string,
  readBy: EnvironmentVariable['readBy'],
): EnvironmentVariable {
  const { description, example, secret = false } = variableDocs(service, name);
  const schema = service.shape[name] as z.ZodType;
  return { name, readBy, defaultText: defaultText(schema, example), description, example, isSecret: secret, schema };
}

/** The schemas hold defaults as parsed values; a reader wants what to write. A test parses the text back and compares. */
function defaultText(schema: z.ZodType, example: string): string | undefined {
  const parsed = schema.safeParse(undefined);
  if (!parsed.success) return undefined;
  const value = parsed.data;
  if (Array.isArray(value)) return value.map((part) => durationText(part as number)).join(',');
  if (typeof value === 'number') return isDuration(example) ? durationText(value) : String(value);
  if (typeof value === 'string' || typeof value === 'boolean') return String(value);
  return '';
}

function isDuration(text: string): boolean {
  return /^\d+(ms|s|m|h|d)$/.test(text);
}

function durationText(durationMs: number): string {
  if (durationMs % 86_400_000 === 0) return `${durationMs / 86_400_000}d`;
  if (durationMs % 60_000 === 0) return `${durationMs / 60_000}m`;
  return durationMs % 1_000 === 0 ? `${durationMs / 1_000}s` : `${durationMs}ms`;
}

/** The README with the table made anew between its two markers, formatted as prettier wants it. */
export async function withEnvironmentTable(readme: string): Promise<string> {
  const begin = readme.indexOf(BEGIN);
  const end = readme.indexOf(END);
  if (begin === -1 || end < begin) throw new Error(`${README} lacks the markers of the table:\n${BEGIN}\n${END}`);
  const text = `${readme.slice(0, begin + BEGIN.length)}\n\n${table()}\n\n${readme.slice(end)}`;
  const file = path.join(REPOSITORY, README);
  return format(text, { ...(await resolveConfig(file)), filepath: file });
}

function table(): string {
  const rows = environmentVariables().map((variable) => [
    `\`${variable.name}\``,
    variable.readBy,
    shownDefault(variable.defaultText),
    `${variable.description} ${variable.isSecret ? '**Secret.** ' : ''}Example: \`${variable.example}\``,
  ]);
  return [['Variable', 'Read by', 'Default', 'Meaning'], ['---', '---', '---', '---'], ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
}

function shownDefault(text: string | undefined): string {
  if (text === undefined) return '**required**';
  return text === '' ? '(none)' : `\`${text}\``;
}
