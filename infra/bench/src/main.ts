import { describeForPerson, Failure } from '@switchboard/local/failure';
import { findRedisBinary } from '@switchboard/local/servers/redis-binary';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describeMachine } from './measuring/machine.js';
import { HELP, parseOptions, type BenchOptions } from './options.js';
import { summariseFolder, summaryLines } from './profile/summarise.js';
import { chart } from './report/chart.js';
import type { Results } from './report/results.js';
import { runScenarios } from './run.js';
import { startBenchRedis } from './stack/redis.js';
import { startBenchServers, type BenchServers } from './stack/servers.js';
import { measurePosts, measureYardsticks } from './yardsticks/yardsticks.js';

const YARDSTICK_ENDPOINTS = 20;
const YARDSTICK_JOBS = 20_000;
const LONGEST_YARDSTICK_SECONDS = 5;
const LONGEST_REPEATED_YARDSTICK_SECONDS = 2;

const print = (line: string): void => console.log(line);
const tell = (line: string): void => console.error(line);

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (options.shows === 'help') print(HELP);
  if (options.shows === 'list') for (const { name, about } of options.scenarios) print(`${name.padEnd(16)}${about}`);
  if (options.shows) return 0;
  const binary = await findRedisBinary({ install: true, say: tell });
  if (binary.path === undefined) throw new Failure(`The benchmark needs a Redis of its own: ${binary.reason}.`);
  const servers = await startBenchServers();
  try {
    return await bench(options, servers);
  } finally {
    await servers.stop();
  }
}

/** @returns the exit code: goals are no promises, counts are */
async function bench({ scenarios, workers, sizes, outFile, takesProfiles }: BenchOptions, servers: BenchServers) {
  const started_at = new Date().toISOString();
  const machine = describeMachine({ postgres: servers.postgresVersion, redis: await redisVersion(servers.folder) });
  tell('  ... measuring the parts by themselves');
  const seconds = Math.min(sizes.seconds, LONGEST_YARDSTICK_SECONDS);
  const yardstickSizes = { seconds, jobs: YARDSTICK_JOBS, endpoints: YARDSTICK_ENDPOINTS };
  const yardsticks = await measureYardsticks(servers, yardstickSizes);
  const repeated = { ...yardstickSizes, seconds: Math.min(seconds, LONGEST_REPEATED_YARDSTICK_SECONDS) };
  const profileFolder = takesProfiles ? freshFolder(path.join(path.dirname(outFile), 'profiles')) : undefined;
  const measured = await runScenarios(scenarios, {
    ...{ servers, sizes, workers, yardsticks, profileFolder },
    ...{ print, tell, measurePosts: () => measurePosts(repeated) },
  });
  const atEnd = await measurePosts(repeated);
  write(outFile, {
    started_at,
    machine,
    options: { workers, sizes },
    yardsticks,
    raw_posts_per_second_at_end: atEnd.raw_posts_per_second,
    scenarios: measured,
  });
  for (const summary of profileFolder ? summariseFolder(profileFolder) : [])
    for (const line of summaryLines(summary)) print(line);
  return measured.some(({ violations }) => violations.length > 0) ? 1 : 0;
}

async function redisVersion(folder: string): Promise<string> {
  const redis = await startBenchRedis(folder);
  await redis.stop();
  return redis.version;
}

function freshFolder(folder: string): string {
  rmSync(folder, { recursive: true, force: true });
  return folder;
}

function write(outFile: string, results: Results): void {
  const chartFile = outFile.replace(/\.json$/, '.svg');
  mkdirSync(path.dirname(outFile), { recursive: true });
  writeFileSync(outFile, `${JSON.stringify(results, null, 2)}\n`);
  writeFileSync(chartFile, chart(results));
  print(`Written to ${outFile} and ${chartFile}.`);
}

// Every server and process that was started ends with this one, however it ends.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));
try {
  process.exitCode = await main();
} catch (error) {
  console.error(describeForPerson(error));
  process.exitCode = 1;
}
