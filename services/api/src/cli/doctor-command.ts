import { Command } from 'commander';
import { jsonOption, print, readConfig, type CliDeps, type OutputOptions } from './command-kit.js';
import { examine, type Finding } from './doctor.js';

export function doctorCommand(deps: CliDeps): Command {
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
