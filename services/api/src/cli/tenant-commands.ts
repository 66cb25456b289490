import { Command } from 'commander';
import { createTenantService } from '../modules/tenants/service.js';
import { jsonOption, print, withDatabase, type CliDeps, type OutputOptions } from './command-kit.js';

export function tenantCommands(deps: CliDeps): Command {
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
