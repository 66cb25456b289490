import { startServiceProcess, type ServiceProcess } from '@switchboard/local/servers/service-process';
import { Failure } from '@switchboard/local/failure';
import { anyFreePort } from '@switchboard/local/stack/ports';
import { API_ENTRY, WORKER_ENTRY } from '@switchboard/local/stack/product';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { apiEnvironment, workerEnvironment, type Environment, type StackSettings } from './environment.js';

/** The product's processes of one stack. */
export interface Services {
  readonly apiUrl: string;
  readonly apiPid: number;
  workerPids(): number[];
  /** Whether a worker was ended on the way: what it has used can no longer be told. */
  hasEndedWorkers(): boolean;
  /** Starts workers, and waits until they work. */
  startWorkers(count: number): Promise<void>;
  /** Ends them as a deployment does: what they have under way is finished. */
  stopWorkers(): Promise<void>;
}

export interface ServicesOptions {
  settings: StackSettings;
  worker: Environment;
  /** Where the logs go: an open file, as a container's runtime keeps them. */
  folder: string;
  /** Where each process leaves its CPU profile when it ends. */
  profileFolder?: string | undefined;
}

/** @param closers is given what ends each process */
export async function startServices(options: ServicesOptions, closers: (() => Promise<unknown>)[]): Promise<Services> {
  const { settings, profileFolder } = options;
  const workers = new Set<ServiceProcess>();
  let started = 0;
  let ended = 0;

  const start = async (name: 'api' | 'worker', entry: string, port: number, env: Environment) => {
    const logFile = path.join(options.folder, `${name}-${(started += 1)}.log`);
    const outputFd = openSync(logFile, 'a');
    const service = startServiceProcess({
      name: `The ${name}`,
      entry,
      env,
      outputFd,
      nodeArgs: profileFolder ? profileArgs(path.join(profileFolder, name)) : [],
    });
    closeSync(outputFd);
    // A process leaves its profile only where it ends by itself.
    closers.push(() => (profileFolder ? service.stop() : service.kill()));
    try {
      await service.waitForReady(`http://127.0.0.1:${port}/readyz`);
    } catch (error) {
      throw new Failure((error as Error).message, readFileSync(logFile, 'utf8').trim().split('\n').slice(-15));
    }
    return service;
  };
  const apiPort = await anyFreePort();
  const api = await start('api', API_ENTRY, apiPort, apiEnvironment(settings, apiPort));
  return {
    apiUrl: `http://127.0.0.1:${apiPort}`,
    apiPid: api.pid,
    workerPids: () => [...workers].map((worker) => worker.pid),
    hasEndedWorkers: () => ended > 0,
    startWorkers: async (count) => {
      const starting = Array.from({ length: count }, async () => {
        const port = await anyFreePort();
        workers.add(await start('worker', WORKER_ENTRY, port, workerEnvironment(settings, port, options.worker)));
      });
      await Promise.all(starting);
    },
    stopWorkers: async () => {
      const ending = [...workers];
      ended += ending.length;
      workers.clear();
      await Promise.all(ending.map((worker) => worker.stop()));
    },
  };
}

function profileArgs(folder: string): string[] {
  mkdirSync(folder, { recursive: true });
  return ['--cpu-prof', `--cpu-prof-dir=${folder}`];
}
