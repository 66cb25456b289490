import type { Database } from './database.js';
import { MIGRATIONS } from './migrations/index.js';

export interface Readiness {
  /** `degraded`: it works, later than usual. `unavailable`: send no traffic. */
  status: 'ok' | 'degraded' | 'unavailable';
  checks: { postgres: 'ok' | 'down'; migrations: 'ok' | 'pending' | 'unknown'; queue: 'ok' | 'down' | 'misconfigured' };
}

export interface ReadinessDeps {
  database: Database;
  queueIsReady: () => boolean;
  /** Whether the queue's server is set so that it could lose jobs: late deliveries, not lost ones. */
  queueIsMisconfigured?: () => boolean;
}

/** Whether this process can do its work. With the queue down it can: events are committed and delivered later. */
export async function checkReadiness({ database, ...queueDeps }: ReadinessDeps): Promise<Readiness> {
  const queue = queueState(queueDeps);
  const applied = await appliedMigrations(database);
  if (applied === null) return { status: 'unavailable', checks: { postgres: 'down', migrations: 'unknown', queue } };
  if ([...MIGRATIONS.keys()].some((name) => !applied.has(name))) {
    return { status: 'unavailable', checks: { postgres: 'ok', migrations: 'pending', queue } };
  }
  return { status: queue === 'ok' ? 'ok' : 'degraded', checks: { postgres: 'ok', migrations: 'ok', queue } };
}

function queueState({ queueIsReady, queueIsMisconfigured }: Omit<ReadinessDeps, 'database'>) {
  if (!queueIsReady()) return 'down';
  return queueIsMisconfigured?.() ? 'misconfigured' : 'ok';
}

async function appliedMigrations(database: Database): Promise<Set<string> | null> {
  try {
    const [exists] = await database.query<{ found: boolean }>({
      text: `SELECT to_regclass('migrations') IS NOT NULL AS found`,
      values: [],
    });
    if (!exists?.found) return new Set();
    const rows = await database.query<{ name: string }>({ text: 'SELECT name FROM migrations', values: [] });
    return new Set(rows.map((row) => row.name));
  } catch {
    return null;
  }
}
