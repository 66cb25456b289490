import { runAsAdmin, withDatabase } from '@switchboard/local/servers/databases';
import { randomBytes } from 'node:crypto';

export interface RunDatabase {
  url: string;
  drop(): Promise<void>;
}

/** A database of a run's own, cloned from the migrated template of the test servers. */
export async function createRunDatabase(adminUrl: string, template: string): Promise<RunDatabase> {
  const name = `${template}_${randomBytes(4).toString('hex')}`;
  await runAsAdmin(adminUrl, [`CREATE DATABASE ${name} TEMPLATE ${template}`]);
  return {
    url: withDatabase(adminUrl, name),
    drop: () => runAsAdmin(adminUrl, [`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`]),
  };
}
