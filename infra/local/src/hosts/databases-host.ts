import { rmSync } from 'node:fs';
import { dropDatabasesOfRun } from '../servers/databases.js';
import { runHost, type Hosted } from './host.js';

/** The databases of a test run on a server that is not ours to stop. */
export interface DatabasesHostOptions {
  adminUrl: string;
  template: string;
  removeOnStop: string;
}

/** Does nothing but wait, and drops the run's databases when it is told to, or when the test run was killed. */
function watchDatabases({ adminUrl, template, removeOnStop }: DatabasesHostOptions): Promise<Hosted<object>> {
  const stop = async (): Promise<void> => {
    await dropDatabasesOfRun(adminUrl, template);
    rmSync(removeOnStop, { recursive: true, force: true });
  };
  return Promise.resolve({ ready: {}, ended: new Promise(() => undefined), stop });
}

runHost(watchDatabases);
