import { createDatabase, migrateDown, migrateUp, migrationStatus, type Database } from '@switchboard/db';
import { fromPublicId, isScope, parseConfig, validationFailed, type IdKind } from '@switchboard/shared';
import { Command, Option } from 'commander';
import { z } from 'zod';
import { apiConfigSchema } from '../config.js';
import { createApiKeyService } from '../modules/api-keys/service.js';
import { createTenantService } from '../modules/tenants/service.js';
import { examine, type Finding } from './doctor.js';

export interface CliDeps {
  env: Record<string, string | undefined>;
  write: (text: string) => void;
}

interface OutputOptions {
  json?: boolean;
}

const cliConfigSchema = z.object({
  DATABASE_URL: apiConfigSchema.shape.DATABASE_URL,
  REDIS_URL: apiConfigSchema.shape.REDIS_URL,
  API_KEY_PREFIX: apiConfigSchema.shape.API_KEY_PREFIX,
});

export function buildProgram(deps: CliDeps): Command {
  const program = new Command('switchboard').description('Operate Switchboard: tenants, keys, migrations, health.');
  program
    .addCommand(tenantCommands(deps))
    .addCommand(keyCommands(deps))
    .addCommand(migrateCommands(deps))
    .addCommand(doctorCommand(deps));
  return program;
}

const jsonOption = () => new Option('--json', 'print JSON');

function tenantCommands(deps: CliDeps): Command {
  const create = new Command('create')
    .description('create a tenant')
    .requiredOption('--name <name>', 'the business')
    .requiredOption('--plan <plan>', 'starter, pro or enterprise')
    .addOption(jsonOption())
    .action((options: OutputOptions & { name: string; plan: string }) =>
      withDatabase(deps, async (database) => {
        const tenant = await createTenantService({ database }).create({ name: options.name, plan: options.plan });
        print(deps, options, tenant, `Tenant ${tenant.id} (${tenant.name}) is on plan ${tenant.plan}.`);
      }),
    );
  return new Command('tenants').description('tenants of this installation').addCommand(create);
}

function keyCommands(deps: CliDeps): Command {
  const create = new Command('create')
    .description('create an API key; it is shown once')
    .requiredOption('--tenant <id>', 'the tenant’s id, ten_...')
    .requiredOption('--name <name>', 'what the key is for')
    .addOption(new Option('--mode <mode>', 'live or test').choices(['live', 'test']).default('live'))
    .option('--scopes <scopes>', 'comma-separated, or * for all', '*')
    .addOption(jsonOption())
    .action((options: OutputOptions & { tenant: string; name: string; mode: 'live' | 'test'; scopes: string }) =>
      withDatabase(deps, async (database, keyPrefix) => {
        const { name, mode } = options;
        const input = {
          tenant_id: idOption('tenant', options.tenant, 'tenant'),
          name,
          mode,
          scopes: scopesOption(options.scopes),
        };
        const key = await createApiKeyService({ database, keyPrefix }).create(input);
        print(deps, options, key, `${key.key}\n\nThis key (${key.id}) is shown once; keep it now.`);
      }),
    );
  const revoke = new Command('revoke')
    .description('revoke an API key; it stops at once and for good')
    .argument('<id>', 'the key’s id, key_...')
    .addOption(jsonOption())
    .action((id: string, options: OutputOptions) =>
      withDatabase(deps, async (database, keyPrefix) => {
        const key = await createApiKeyService({ database, keyPrefix }).revoke(idOption('apiKey', id, 'id'));
        print(deps, options, key, `Key ${key.id} (${key.prefix}...${key.last4}) is revoked.`);
      }),
    );
  return new Command('keys').description('API keys of a tenant').addCommand(create).addCommand(revoke);
}

function migrateCommands(deps: CliDeps): Command {
  const group = new Command('migrate').description('the database’s schema');
  const add = (
    name: string,
    description: string,
    run: (url: string) => Promise<unknown>,
    say: (result: never) => string,
  ) =>
    group.addCommand(
      new Command(name)
        .description(description)
        .addOption(jsonOption())
        .action(async (options: OutputOptions) => {
          const result = await run(readConfig(deps).DATABASE_URL);
          print(deps, options, result, say(result as never));
        }),
    );
  const listed = (names: string[]) => (names.length > 0 ? names.join(', ') : 'nothing');
  add('up', 'apply what is pending', migrateUp, (names: string[]) => `Applied: ${listed(names)}.`);
  add(
    'down',
    'take the newest migration back, with its data',
    migrateDown,
    (names: string[]) => `Taken back: ${listed(names)}.`,
  );
  add(
    'status',
    'what is applied and what is pending',
    migrationStatus,
    (status: { applied: string[]; pending: string[] }) =>
      `Applied: ${listed(status.applied)}. Pending: ${listed(status.pending)}.`,
  );
  return group;
}

function doctorCommand(deps: CliDeps): Command {
  return new Command('doctor')
    .description('check PostgreSQL, Redis, migrations and clocks, and say how to mend what is wrong')
    .addOption(jsonOption())
    .action(async (options: OutputOptions) => {
      const config = readConfig(deps);
      const findings = await examine({ databaseUrl: config.DATABASE_URL, redisUrl: config.REDIS_URL });
      const healthy = findings.every((finding) => finding.level !== 'error');
      print(deps, options, { healthy, findings }, findings.map(describe).join('\n'));
      if (!healthy) process.exitCode = 1;
    });
}

function describe({ level, check, message, remedy }: Finding): string {
  const mark = { ok: 'ok     ', warning: 'warning', error: 'ERROR  ' }[level];
  return `${mark}  ${check}: ${message}${remedy === null ? '' : `\n         -> ${remedy}`}`;
}

function readConfig({ env }: CliDeps) {
  return parseConfig(cliConfigSchema, env);
}

async function withDatabase(
  deps: CliDeps,
  work: (database: Database, keyPrefix: string) => Promise<void>,
): Promise<void> {
  const config = readConfig(deps);
  const database = createDatabase({ url: config.DATABASE_URL, poolSize: 2, applicationName: 'switchboard-cli' });
  try {
    await work(database, config.API_KEY_PREFIX);
  } finally {
    await database.close();
  }
}

function print(deps: CliDeps, options: OutputOptions, result: unknown, sentence: string): void {
  deps.write(options.json ? JSON.stringify(result, null, 2) : sentence);
}

function idOption(kind: IdKind, text: string, path: string): string {
  const uuid = fromPublicId(kind, text);
  if (uuid === null) throw validationFailed([{ path, message: `"${text}" is not an id of this kind` }]);
  return uuid;
}

function scopesOption(text: string): string[] {
  const scopes = text.split(',').map((scope) => scope.trim());
  const unknown = scopes.filter((scope) => !isScope(scope));
  if (unknown.length > 0) throw validationFailed([{ path: 'scopes', message: `unknown: ${unknown.join(', ')}` }]);
  return scopes;
}
