import { auditedTenants, verifyAuditChain, type BrokenEntry, type VerifiedChain } from '@switchboard/db';
import { toPublicId } from '@switchboard/shared';
import { Command } from 'commander';
import { idOption, jsonOption, print, withDatabase, type CliDeps, type OutputOptions } from './command-kit.js';

type VerifyOptions = OutputOptions & { tenant?: string };

export function auditCommands(deps: CliDeps): Command {
  const verify = new Command('verify')
    .description('prove that no entry of the audit log was altered, removed or slipped in; exit code 1 where one was')
    .option('--tenant <id>', 'one tenant’s log only, ten_...')
    .addOption(jsonOption())
    .action((options: VerifyOptions) =>
      withDatabase(deps, async (database) => {
        const { tenant } = options;
        const tenants = tenant === undefined ? await auditedTenants(database) : [idOption('tenant', tenant, 'tenant')];
        const chains: VerifiedChain[] = [];
        // One after the other: this is to disturb nobody, and may take its time.
        for (const id of tenants) chains.push(await verifyAuditChain(database, id));
        const isWhole = chains.every(({ broken }) => broken === null);
        print(deps, options, { whole: isWhole, tenants: chains.map(shown) }, sentences(chains));
        if (!isWhole) process.exitCode = 1;
      }),
    );
  return new Command('audit').description('the audit log and its proof').addCommand(verify);
}

function shown({ tenant_id, entries, head_hash, broken }: VerifiedChain) {
  return {
    ...{ tenant_id: toPublicId('tenant', tenant_id), entries, head_hash },
    broken: broken && {
      ...{ fault: broken.fault, sequence: broken.sequence },
      entry_id: broken.entry_id && toPublicId('auditEntry', broken.entry_id),
    },
  };
}

function sentences(chains: readonly VerifiedChain[]): string {
  const broken = chains.flatMap(({ tenant_id, broken }) =>
    broken ? [`BROKEN  ${toPublicId('tenant', tenant_id)}: ${sentenceOf(broken)}`] : [],
  );
  const count = chains.reduce((sum, { entries }) => sum + entries, 0);
  const whole = chains.length - broken.length;
  return [...broken, `${whole} of ${chains.length} audit logs are whole; ${count} entries were read.`].join('\n');
}

function sentenceOf({ fault, sequence, entry_id }: BrokenEntry): string {
  const entry = `entry ${sequence}${entry_id ? ` (${toPublicId('auditEntry', entry_id)})` : ''}`;
  if (fault === 'missing') return `${entry} is missing.`;
  if (fault === 'added') return `${entry} stands where none was written.`;
  if (fault === 'out_of_order')
    return `${entry} does not follow the one before it: one of the two is not what was written.`;
  return `${entry} is not what was written.`;
}
