import pg from 'pg';
import { executorOn, type Executor } from './executor.js';

export interface DatabaseOptions {
  url: string;
  poolSize: number;
  /** Shown in pg_stat_activity. */
  applicationName: string;
  /** Past it PostgreSQL ends a statement: a query that runs away must not hold a connection for ever. */
  statementTimeoutMs?: number;
  /**
   * For statements that look rows up by their keys, over and over: see KEYED_LOOKUPS. Not for those that read much of a
   * table, which need a plan for the occasion.
   */
  keyedLookups?: boolean;
}

/** The one way into PostgreSQL: a pool, and transactions on it. */
export interface Database extends Executor {
  readonly pool: pg.Pool;
  /** Commits when `work` resolves, rolls back when it throws. */
  transaction<T>(work: (transaction: Executor) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 30_000;
/**
 * pg's default of 10 s closes connections between two looks of one person at a page. A new one reads the catalogue of all
 * partitions anew and plans each statement again (measured: 239 ms against 174 for a month's overview).
 */
const IDLE_TIMEOUT_MS = 60_000;

/**
 * A named statement is planned once, and by keys. With dozens of day partitions its plan takes ten times as long to make
 * as to run (measured: loading deliveries 3.6 ms against 0.5). But a plan that is kept was made when tomorrow's partition
 * was empty, and an empty table is best read whole: until the table is analysed, a minute or two into the new day, each
 * statement would read all of it. So whatever reads or joins whole tables is ruled out.
 */
const KEYED_LOOKUPS = `
  SET plan_cache_mode = force_generic_plan;
  SET enable_seqscan = off;
  SET enable_hashjoin = off;
  SET enable_mergejoin = off`;

// 64-bit counts (count(*), sum) come as text by default; none of ours passes 2^53.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

export function createDatabase(options: DatabaseOptions): Database {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.poolSize,
    application_name: options.applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
    statement_timeout: options.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS,
    // A connection that waits in the pool keeps no process alive.
    allowExitOnIdle: true,
  });
  // An idle connection that breaks is dropped by the pool; the next query opens another and reports what it meets.
  pool.on('error', () => undefined);
  // One that breaks while it is out of the pool says so with an event besides failing its query; unheard, the event would
  // end the process. Heard from its first moment: PostgreSQL may answer and hang up in one packet.
  pool.on('connect', (client) => {
    client.on('error', () => undefined);
    // A connection on which this fails fails with its first statement too, and says why there.
    if (options.keyedLookups) client.query(KEYED_LOOKUPS).catch(() => undefined);
  });
  return {
    pool,
    ...executorOn(pool),
    transaction: (work) => runTransaction(pool, work),
    close: () => pool.end(),
  };
}

async function runTransaction<T>(pool: pg.Pool, work: (transaction: Executor) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('BEGIN');
    const result = await work(executorOn(client));
    const { command } = await client.query('COMMIT');
    // A failed statement whose error was swallowed: PostgreSQL answers the COMMIT with a ROLLBACK, and without an error.
    if (command !== 'COMMIT') throw new Error('The transaction was rolled back: one of its statements had failed.');
    return result;
  } catch (error) {
    // A failed rollback means the connection is gone; PostgreSQL rolls back by itself, the pool must not reuse it.
    await client.query('ROLLBACK').catch((rollbackError: Error) => (broken = rollbackError));
    throw error;
  } finally {
    client.release(broken);
  }
}
