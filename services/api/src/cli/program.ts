import { Command } from 'commander';
import { auditCommands } from './audit-commands.js';
import type { CliDeps } from './command-kit.js';
import { doctorCommand } from './doctor-command.js';
import { keyCommands } from './key-commands.js';
import { migrateCommands } from './migrate-commands.js';
import { seedCommand } from './seed-command.js';
import { tenantCommands } from './tenant-commands.js';
import { userCommands } from './user-commands.js';

/** Every command of the operations CLI. */
export function buildProgram(deps: CliDeps): Command {
  return new Command('switchboard')
    .description('Operate Switchboard: tenants, keys, migrations, health.')
    .addCommand(tenantCommands(deps))
    .addCommand(keyCommands(deps))
    .addCommand(userCommands(deps))
    .addCommand(auditCommands(deps))
    .addCommand(migrateCommands(deps))
    .addCommand(doctorCommand(deps))
    .addCommand(seedCommand(deps));
}
