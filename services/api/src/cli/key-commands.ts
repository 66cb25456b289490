import { isScope, validationFailed } from '@switchboard/shared';
import { Command, InvalidArgumentError, Option } from 'commander';
import { createApiKeyService } from '../modules/api-keys/service.js';
import { idOption, jsonOption, print, withDatabase, type CliDeps, type OutputOptions } from './command-kit.js';

const HOUR_MS = 3_600_000;
const MAX_OVERLAP_HOURS = 7 * 24;

export function keyCommands(deps: CliDeps): Command {
  const create = new Command('create')
    .description('create an API key; it is shown once')
    .requiredOption('--tenant <id>', 'the tenant’s id, ten_...')
    .requiredOption('--name <name>', 'what the key is for')
    .addOption(new Option('--mode <mode>', 'live or test').choices(['live', 'test']).default('live'))
    .option('--scopes <scopes>', 'comma-separated, or * for all', '*')
    .addOption(jsonOption())
    .action((options: OutputOptions & { tenant: string; name: string; mode: 'live' | 'test'; scopes: string }) =>
      withDatabase(deps, async (database, { API_KEY_PREFIX: keyPrefix }) => {
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
      withDatabase(deps, async (database, { API_KEY_PREFIX: keyPrefix }) => {
        const key = await createApiKeyService({ database, keyPrefix }).revoke(idOption('apiKey', id, 'id'));
        print(deps, options, key, `Key ${key.id} (${key.prefix}...${key.last4}) is revoked.`);
      }),
    );
  return new Command('keys')
    .description('API keys of a tenant')
    .addCommand(create)
    .addCommand(listCommand(deps))
    .addCommand(rollCommand(deps))
    .addCommand(revoke);
}

function listCommand(deps: CliDeps): Command {
  return new Command('list')
    .description('list a tenant’s API keys: their beginnings and ends, never the keys')
    .requiredOption('--tenant <id>', 'the tenant’s id, ten_...')
    .addOption(jsonOption())
    .action((options: OutputOptions & { tenant: string }) =>
      withDatabase(deps, async (database, { API_KEY_PREFIX: keyPrefix }) => {
        const tenantId = idOption('tenant', options.tenant, 'tenant');
        const { data } = await createApiKeyService({ database, keyPrefix }).list(tenantId, {
          page: 1,
          per_page: 1_000,
        });
        const lines = data.map((key) => {
          const state =
            key.revoked_at !== null ? 'revoked' : key.expires_at !== null ? `ends ${key.expires_at}` : 'valid';
          return `${key.id}  ${key.prefix}...${key.last4}  ${state}  ${key.name}`;
        });
        print(deps, options, data, lines.join('\n') || 'This tenant has no keys.');
      }),
    );
}

function rollCommand(deps: CliDeps): Command {
  return new Command('roll')
    .description('replace an API key: a new one is made, the old one works until the overlap ends')
    .argument('<id>', 'the key’s id, key_...')
    .addOption(new Option('--overlap-hours <hours>', 'how long both work').default(24).argParser(overlapHours))
    .addOption(jsonOption())
    .action((id: string, options: OutputOptions & { overlapHours: number }) =>
      withDatabase(deps, async (database, { API_KEY_PREFIX: keyPrefix }) => {
        const keys = createApiKeyService({ database, keyPrefix });
        const key = await keys.roll(idOption('apiKey', id, 'id'), options.overlapHours * HOUR_MS);
        const sentence = `${key.key}\n\nThis key (${key.id}) is shown once; ${id} works for ${options.overlapHours} more hours.`;
        print(deps, options, key, sentence);
      }),
    );
}

function overlapHours(text: string): number {
  const hours = Number(text);
  if (hours >= 0 && hours <= MAX_OVERLAP_HOURS) return hours;
  throw new InvalidArgumentError(`It must be a number from 0 to ${MAX_OVERLAP_HOURS}.`);
}

function scopesOption(text: string): string[] {
  const scopes = text.split(',').map((scope) => scope.trim());
  const unknown = scopes.filter((scope) => !isScope(scope));
  if (unknown.length > 0) throw validationFailed([{ path: 'scopes', message: `unknown: ${unknown.join(', ')}` }]);
  return scopes;
}
