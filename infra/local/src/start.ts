import { parseArgs } from 'node:util';
import { announceWebhook, tellDemoStory } from './demo/story.js';
import { describeForPerson, Failure } from './failure.js';
import { bringUp, type Stack } from './stack/bring-up.js';
import { EndAsked, ended, listenForEnd } from './stack/ending.js';
import { prepareStackFolder, stackFolder, type StackFolder } from './stack/folder.js';
import { lockStack } from './stack/lock.js';
import { RunningParts } from './stack/running.js';
import { removeStackFile, writeStackFile } from './stack/stack-file.js';
import { welcome, writeHeaderFiles } from './stack/welcome.js';
import { prettyServiceLines } from './text/pretty-logs.js';
import { Steps } from './text/steps.js';
import { Terminal } from './text/terminal.js';

const HELP = `npm start [-- options]

Starts Switchboard on this machine: PostgreSQL, the API, the worker, and a demo receiver; books an appointment and
shows its signed webhook arriving. Then everything stays up until Ctrl-C.

Options
  --once   do the demo, stop everything and exit: 0 if the webhook arrived and verified, 1 if not
  --logs   show the logs of the API and the worker here as well
  --help   show this

Environment
  STACK_DIR     the folder for data, secrets and logs (default: .local in the repository)
  API_PORT      the API's port (default: the first free one from 3000 on)
  WORKER_PORT   the worker's port for health and metrics (default: the first free one from 3001 on)
  PG_PORT       PostgreSQL's port (default: the first free one from 5433 on)
  REDIS_URL     a Redis for the queues (default: the queues run on PostgreSQL)
  Any setting of the services, such as BRAND, RETRY_SCHEDULE or LOG_LEVEL, is passed on to them.

Running it again uses the same data. To begin afresh, delete the folder.`;

interface Options {
  once: boolean;
  logs: boolean;
}

async function main(): Promise<number> {
  const terminal = new Terminal(process.stdout, process.env);
  const end = new AbortController();
  const parts = new RunningParts(end);
  listenForEnd(end, () => void parts.killAll().finally(() => process.exit(1)), process.env);
  let options: Options | undefined;
  try {
    options = readOptions(process.argv.slice(2));
    if (!options) {
      terminal.line(HELP);
      return 0;
    }
    await run(terminal, parts, end.signal, options);
    return exitCodeFor(end.signal, options);
  } catch (error) {
    // A part that died says more than the request that failed because of it.
    const reason: unknown = end.signal.aborted ? end.signal.reason : error;
    if (reason instanceof EndAsked) return exitCodeFor(end.signal, options);
    terminal.failed(describeForPerson(reason));
    return 1;
  }
}

async function run(terminal: Terminal, parts: RunningParts, signal: AbortSignal, options: Options): Promise<void> {
  const folder = stackFolder(process.env);
  prepareStackFolder(folder);
  const lock = lockStack(folder);
  try {
    removeStackFile(folder);
    terminal.heading(`Starting Switchboard; its data are in ${folder.shown}`);
    if (process.env.DATABASE_URL)
      terminal.line('  DATABASE_URL is set but not used: npm start runs a PostgreSQL of its own.');
    const onServiceLine = options.logs ? prettyServiceLines(terminal) : undefined;
    const steps = new Steps(terminal);
    const stack = await bringUp({ folder, env: process.env, steps, parts, signal, onServiceLine });
    publish(folder, stack);
    await demonstrate(terminal, stack, signal, options);
    if (options.once) return;
    welcome(terminal, folder, stack);
    stack.receiver.onWebhook((webhook) => announceWebhook(terminal, webhook));
    await ended(signal);
    if (signal.reason instanceof Failure) terminal.failed(describeForPerson(signal.reason));
  } finally {
    await parts.stopAll(terminal);
    lock.release();
  }
}

function publish(folder: StackFolder, stack: Stack): void {
  writeHeaderFiles(folder, stack);
  writeStackFile(folder, {
    api_url: stack.apiUrl,
    worker_url: stack.workerUrl,
    database_url: stack.databaseUrl,
    redis_url: stack.redisUrl,
    tenant_id: stack.tenant.tenant_id,
    api_key: stack.tenant.api_key,
    platform_token: stack.platformToken,
    receiver_url: stack.receiver.url,
    portal_url: `${stack.apiUrl}/settings/api`,
    portal_email: stack.owner.email,
    portal_password: stack.owner.password,
  });
}

/** With --once the demo is the purpose; else a stack whose demo failed is up all the same, to find out why. */
async function demonstrate(terminal: Terminal, stack: Stack, signal: AbortSignal, { once }: Options): Promise<void> {
  try {
    await tellDemoStory({ terminal, apiUrl: stack.apiUrl, tenant: stack.tenant, receiver: stack.receiver, signal });
  } catch (error) {
    if (once || signal.aborted || !(error instanceof Failure)) throw error;
    terminal.failed(describeForPerson(error));
  }
}

function exitCodeFor(signal: AbortSignal, options: Options | undefined): number {
  if (!signal.aborted) return 0;
  if (!(signal.reason instanceof EndAsked)) return 1;
  // Stopping is how a stack that stays up is meant to end; a demo that was cut short has shown nothing.
  return options?.once ? 130 : 0;
}

/** @returns undefined where help was asked for. @throws Failure for an option that does not exist */
function readOptions(args: string[]): Options | undefined {
  try {
    const { values } = parseArgs({
      args,
      options: { once: { type: 'boolean' }, logs: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    });
    return values.help ? undefined : { once: values.once ?? false, logs: values.logs ?? false };
  } catch (error) {
    throw new Failure(`${(error as Error).message.split('. ')[0]}. \`npm start -- --help\` lists the options.`);
  }
}

process.exitCode = await main();
// Whatever a library may still hold open, the stack is down and the command is over.
setTimeout(() => process.exit(), 1_000).unref();
