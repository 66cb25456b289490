import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { describeForPerson, Failure } from './failure.js';
import { serviceEnvironment } from './stack/environment.js';
import { readJson, stackFolder } from './stack/folder.js';
import { runningStack } from './stack/lock.js';
import { CLI_ENTRY } from './stack/product.js';
import type { StackSecrets } from './stack/secrets.js';
import { readStackFile } from './stack/stack-file.js';

/**
 * Runs a command of the product's CLI: on the database that DATABASE_URL names, else on the local stack. Its stdout
 * and exit code are the command's own.
 */
function main(): void {
  try {
    const args = process.argv.slice(2);
    const env = needsNoStack(args) || process.env.DATABASE_URL ? process.env : localEnvironment();
    const child = spawn(process.execPath, [CLI_ENTRY, ...args], { env, stdio: 'inherit' });
    // Ctrl-C in a terminal reaches the command as well; it decides what to do, and we wait for its exit code.
    process.on('SIGINT', () => undefined);
    process.on('SIGTERM', () => child.kill('SIGTERM'));
    child.on('close', (code, signal) => {
      process.exitCode = signal ? 128 + constants.signals[signal] : (code ?? 1);
    });
  } catch (error) {
    console.error(describeForPerson(error));
    process.exitCode = 1;
  }
}

function needsNoStack(args: string[]): boolean {
  const isHelp = (arg: string): boolean => ['--help', '-h', 'help', '--version', '-V'].includes(arg);
  return args.length === 0 || args.some(isHelp);
}

/** @throws Failure where no local stack is up */
function localEnvironment(): NodeJS.ProcessEnv {
  const folder = stackFolder(process.env);
  const stack = readStackFile(folder);
  const secrets = readJson<StackSecrets>(folder.file('secrets.json'));
  if (!stack || !secrets || runningStack(folder) === undefined) {
    throw new Failure(
      `There is no database to work on: DATABASE_URL is not set, and no local stack is up in ${folder.path}. Start one with \`npm start\` in another terminal, or set DATABASE_URL.`,
    );
  }
  return serviceEnvironment(
    process.env,
    {
      databaseUrl: stack.database_url,
      redisUrl: process.env.REDIS_URL || stack.redis_url,
      apiPort: Number(new URL(stack.api_url).port),
      workerPort: Number(new URL(stack.worker_url).port),
    },
    secrets,
  );
}

main();
