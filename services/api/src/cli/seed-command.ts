import { seedAppointments } from '@switchboard/db';
import { validationFailed } from '@switchboard/shared';
import { Command } from 'commander';
import { jsonOption, print, withDatabase, type CliDeps, type OutputOptions } from './command-kit.js';

/** A million rows take a minute or two; the usual limit of a statement is made for requests. */
const STATEMENT_TIMEOUT_MS = 30 * 60_000;

export function seedCommand(deps: CliDeps): Command {
  return new Command('seed')
    .description('fill the database with made-up tenants and appointments, for benchmarks (not in production)')
    .option('--tenants <count>', 'how many tenants', '1000')
    .option('--appointments <count>', 'how many appointments in all', '1000000')
    .addOption(jsonOption())
    .action((options: OutputOptions & { tenants: string; appointments: string }) =>
      withDatabase(
        deps,
        async (database, config) => {
          if (config.NODE_ENV === 'production') {
            throw validationFailed([{ path: 'NODE_ENV', message: 'made-up rows do not belong in production' }]);
          }
          const counts = {
            tenants: count('tenants', options.tenants),
            appointments: count('appointments', options.appointments),
          };
          await seedAppointments(database, counts);
          print(deps, options, counts, `Added ${counts.appointments} appointments over ${counts.tenants} tenants.`);
        },
        { statementTimeoutMs: STATEMENT_TIMEOUT_MS },
      ),
    );
}

function count(name: string, text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw validationFailed([{ path: name, message: 'must be a whole number from 1' }]);
}
