import { startServiceProcess, type ServiceProcess } from '@switchboard/local/servers/service-process';
import { anyFreePort } from '@switchboard/local/stack/ports';
import { API_ENTRY, WORKER_ENTRY } from '@switchboard/local/stack/product';
import { apiEnvironment, workerEnvironment, type Environment, type StackSettings } from './environment.js';

/** The product's processes of one stack. */
export interface Services {
  readonly apiUrls: readonly string[];
  /** The present API process of a slot; it has the same address after a restart. */
  api(slot?: number): ServiceProcess;
  /** The workers that are alive. */
  workers(): readonly RunningWorker[];
  startApi(extra?: Environment, slot?: number): Promise<ServiceProcess>;
  startWorker(extra?: Environment): Promise<RunningWorker>;
}

export interface RunningWorker extends ServiceProcess {
  /** Of its own port for health and metrics. */
  readonly url: string;
}

export interface ServiceOptions {
  api?: Environment | undefined;
  worker?: Environment | undefined;
  apiCount: number;
}

type Closers = (() => Promise<unknown>)[];

/** @param closers is given what ends each process that was started */
export async function prepareServices(
  settings: StackSettings,
  options: ServiceOptions,
  closers: Closers,
): Promise<Services> {
  const apiPorts: number[] = [];
  for (let slot = 0; slot < options.apiCount; slot += 1) apiPorts.push(await anyFreePort());
  const apis: ServiceProcess[] = [];
  const workers = new Set<RunningWorker>();

  const start = async (name: string, entry: string, url: string, env: Environment): Promise<ServiceProcess> => {
    const service = startServiceProcess({ name, entry, env });
    closers.push(() => service.kill());
    await service.waitForReady(`${url}/readyz`);
    return service;
  };
  return {
    apiUrls: apiPorts.map(urlOf),
    api: (slot = 0) => apis[slot] as ServiceProcess,
    workers: () => [...workers],
    startApi: async (extra = {}, slot = 0) => {
      const port = apiPorts[slot] as number;
      const env = apiEnvironment(settings, port, { ...options.api, ...extra });
      return (apis[slot] = await start('The API', API_ENTRY, urlOf(port), env));
    },
    startWorker: async (extra = {}) => {
      const port = await anyFreePort();
      const env = workerEnvironment(settings, port, { ...options.worker, ...extra });
      const url = urlOf(port);
      const worker = { ...(await start('A worker', WORKER_ENTRY, url, env)), url };
      workers.add(worker);
      void worker.exited.then(() => workers.delete(worker));
      return worker;
    },
  };
}

const urlOf = (port: number) => `http://127.0.0.1:${port}`;
