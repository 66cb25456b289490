import { describeForPerson, Failure } from '@switchboard/local/failure';
import { findRedisBinary } from '@switchboard/local/servers/redis-binary';
import { startTestServers } from '@switchboard/local/test-servers/test-servers';
import { parseArgs } from 'node:util';
import type { Scenario } from './scenario.js';
import { ALL_SCENARIOS } from './suite/all-scenarios.js';
import { createRunDatabase } from './suite/databases.js';
import { runSuite } from './suite/run-suite.js';

const HELP = `npm run faults [-- options]

Breaks a running Switchboard in every way that is listed, one after the other: real processes, servers of their own, and
a ledger outside that knows what the API accepted and what arrived. Prints a table: accepted events, and the deliveries
that came of them. Nothing is written to the repository. Exit code 1 if a promise was broken.

Options
  --only <text>   run only the faults whose name contains the text
  --list          show the faults and the promises that are kept in spite of them
  --help          show this`;

const print = (line: string): void => console.log(line);

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { only: { type: 'string' }, list: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    print(HELP);
    return 0;
  }
  const scenarios = ALL_SCENARIOS.filter((scenario) => matches(scenario, values.only));
  if (scenarios.length === 0) throw new Failure(`No fault's name contains "${values.only}". --list shows them.`);
  if (values.list) {
    for (const { row, name } of scenarios) print(`${row}\n    ${name}`);
    return 0;
  }
  return (await run(scenarios)) === 0 ? 0 : 1;
}

function matches({ row, name }: Scenario, text = ''): boolean {
  return `${row}\n${name}`.toLowerCase().includes(text.toLowerCase());
}

/** @returns how many promises were broken */
async function run(scenarios: readonly Scenario[]): Promise<number> {
  const redis = await findRedisBinary({ install: true, say: print });
  if (redis.path === undefined) throw new Failure(`The faults need a Redis of their own: ${redis.reason}.`);
  const env = process.env;
  const servers = await startTestServers(env);
  try {
    return await runSuite(scenarios, {
      newDatabase: () => createRunDatabase(env.SWITCHBOARD_TEST_ADMIN_URL ?? '', env.SWITCHBOARD_TEST_TEMPLATE ?? ''),
      print,
    });
  } finally {
    await servers.stop();
  }
}

// Every server and process that was started ends with this one, however it ends.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));
try {
  process.exitCode = await main();
} catch (error) {
  console.error(describeForPerson(error));
  process.exitCode = 1;
}
