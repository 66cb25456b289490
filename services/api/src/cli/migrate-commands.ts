import { migrateDown, migrateUp, migrationStatus } from '@switchboard/db';
import { Command } from 'commander';
import { jsonOption, print, readConfig, type CliDeps, type OutputOptions } from './command-kit.js';

export function migrateCommands(deps: CliDeps): Command {
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
