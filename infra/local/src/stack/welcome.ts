import type { Terminal } from '../text/terminal.js';
import type { Stack } from './bring-up.js';
import { writePrivateText, type StackFolder } from './folder.js';

/** Files that curl reads a header from (`-H @file`), so that a key never stands in a shell's history. */
export const KEY_HEADER = 'api-key.header';
export const TOKEN_HEADER = 'platform-token.header';

export function writeHeaderFiles(folder: StackFolder, stack: Stack): void {
  writePrivateText(folder.file(KEY_HEADER), `Authorization: Bearer ${stack.tenant.api_key}\n`);
  writePrivateText(folder.file(TOKEN_HEADER), `Authorization: Bearer ${stack.platformToken}\n`);
}

/** What a person needs to go on from here: addresses, the key, three commands to try. */
export function welcome(terminal: Terminal, folder: StackFolder, stack: Stack): void {
  terminal.heading('Switchboard is up');
  const rows: [string, string][] = [
    ['API', stack.apiUrl],
    ['Portal', `${stack.apiUrl}/settings/api`],
    ['Sign in', `${stack.owner.email} with the password ${stack.owner.password}`],
    ['Worker', `${stack.workerUrl}/metrics`],
    ['Receiver', `${stack.receiver.url} (demo, on this machine only)`],
    ['Queue', stack.redisUrl ? `Redis, as REDIS_URL says` : 'PostgreSQL (set REDIS_URL to use Redis)'],
    ['Tenant', stack.tenant.tenant_id],
    ['API key', keyText(folder, stack)],
    ['Files', `${folder.shown}/stack.json (all of this for programs), ${folder.shown}/logs/`],
  ];
  for (const [name, value] of rows) terminal.line(`  ${terminal.style('dim', name.padEnd(9))} ${value}`);

  terminal.heading('Try it in another terminal');
  for (const line of curlLines(folder, stack)) terminal.line(`  ${line}`);
  terminal.line('\nWebhooks that reach the demo receiver are shown below. Ctrl-C stops everything.');
}

function keyText(folder: StackFolder, { tenant, isTenantNew }: Stack): string {
  if (isTenantNew) return `${tenant.api_key} (shown this once)`;
  return `made on an earlier run; it is kept in ${folder.shown}/stack.json`;
}

export function curlLines(folder: StackFolder, { apiUrl, tenant }: Stack): string[] {
  const key = `-H "@${folder.shown}/${KEY_HEADER}"`;
  const token = `-H "@${folder.shown}/${TOKEN_HEADER}"`;
  const json = `-H 'content-type: application/json'`;
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  return [
    `curl -s ${key} ${json} -d '{"customer":{"name":"Grace Hopper"},"starts_at":"${tomorrow}T09:00:00Z"}' ${apiUrl}/api/v1/appointments`,
    `curl -s ${key} '${apiUrl}/api/v1/deliveries?per_page=5'`,
    `curl -s ${token} ${json} -d '{"tenant_id":"${tenant.tenant_id}","event":"invoice.paid","data":{"amount":42}}' ${apiUrl}/platform/v1/events`,
  ];
}
