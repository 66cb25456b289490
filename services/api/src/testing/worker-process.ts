import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from './ports.js';
import { PROCESS_SETTINGS } from './processes.js';
import { waitFor } from './waiting.js';

const ENTRY = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../worker/dist/main.js');

/** A real worker beside the API under test: the two meet in PostgreSQL and in the queue alone. */
export async function startWorkerProcess(env: Record<string, string>): Promise<{ stop(): Promise<void> }> {
  const port = String(await freePort());
  const settings = {
    ...{
      NODE_ENV: 'test',
      ENCRYPTION_KEYS: PROCESS_SETTINGS.ENCRYPTION_KEYS,
      WORKER_HOST: '127.0.0.1',
      WORKER_PORT: port,
    },
    ...{ ALLOWED_PRIVATE_NETWORKS: '127.0.0.0/8,::1/128', ALLOW_HTTP: 'true', SWEEP_INTERVAL: '500ms' },
  };
  const child = spawn(process.execPath, [ENTRY], { env: { PATH: process.env.PATH, ...settings, ...env } });
  let said = '';
  for (const output of [child.stdout, child.stderr])
    output.setEncoding('utf8').on('data', (text: string) => (said += text));
  const answers = () =>
    fetch(`http://127.0.0.1:${port}/healthz`).then(
      (response) => response.ok,
      () => false,
    );
  await waitFor('the worker answers', async () => {
    if (child.exitCode !== null) throw new Error(`The worker has ended: ${said}`);
    return answers();
  });
  return {
    stop: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}
