import { createDatabase, migrationStatus, type Database } from '@switchboard/db';
import { inspectRedis } from '@switchboard/queue';

/** One thing looked at: what was found, and where it is wrong how to mend it. */
export interface Finding {
  check: string;
  level: 'ok' | 'warning' | 'error';
  message: string;
  remedy: string | null;
}

const OLDEST_POSTGRES = 15;
/** Receivers accept a timestamp that is up to 5 minutes off; well before that somebody should know. */
const CLOCK_SKEW_WARNING_MS = 5_000;
const CLOCK_SKEW_ERROR_MS = 60_000;

export async function examine({
  databaseUrl,
  redisUrl,
}: {
  databaseUrl: string;
  redisUrl: string | undefined;
}): Promise<Finding[]> {
  const database = createDatabase({ url: databaseUrl, poolSize: 2, applicationName: 'switchboard-doctor' });
  try {
    const postgres = await examinePostgres(database);
    const reachable = postgres.level !== 'error' || postgres.message.startsWith('version');
    const rest = reachable ? [await examineMigrations(databaseUrl), await examineClock(database)] : [];
    return [postgres, ...rest, ...(await examineRedis(redisUrl))];
  } finally {
    await database.close();
  }
}

async function examinePostgres(database: Database): Promise<Finding> {
  const check = 'PostgreSQL';
  try {
    const [row] = await database.query<{ version: number }>({
      text: `SELECT current_setting('server_version_num')::int AS version`,
      values: [],
    });
    const major = Math.floor((row?.version ?? 0) / 10_000);
    if (major >= OLDEST_POSTGRES) return ok(check, `version ${major} answers`);
    return error(check, `version ${major} is too old`, `Upgrade PostgreSQL to ${OLDEST_POSTGRES} or later.`);
  } catch (cause) {
    return error(
      check,
      `cannot be reached (${reasonOf(cause)})`,
      'Start PostgreSQL, or mend DATABASE_URL: host, port, user, password, database.',
    );
  }
}

async function examineMigrations(databaseUrl: string): Promise<Finding> {
  const { pending } = await migrationStatus(databaseUrl);
  if (pending.length === 0) return ok('Migrations', 'all are applied');
  return error('Migrations', `${pending.length} pending: ${pending.join(', ')}`, 'Run: npm run cli -- migrate up');
}

async function examineClock(database: Database): Promise<Finding> {
  const before = Date.now();
  const [row] = await database.query<{ now: Date }>({ text: 'SELECT clock_timestamp() AS now', values: [] });
  const here = (before + Date.now()) / 2;
  const skewMs = Math.abs((row?.now.getTime() ?? here) - here);
  const message = `this machine and PostgreSQL differ by ${Math.round(skewMs)} ms`;
  if (skewMs < CLOCK_SKEW_WARNING_MS) return ok('Clocks', message);
  const remedy = 'Run a time service (chrony, systemd-timesyncd) on both machines.';
  return skewMs < CLOCK_SKEW_ERROR_MS ? warning('Clocks', message, remedy) : error('Clocks', message, remedy);
}

async function examineRedis(url: string | undefined): Promise<Finding[]> {
  if (url === undefined) {
    return [
      warning(
        'Redis',
        'not configured: the queues run on PostgreSQL',
        'For production set REDIS_URL: Redis takes about ten times the load.',
      ),
    ];
  }
  try {
    const { version, maxmemory_policy, append_only } = await inspectRedis(url);
    return [
      ok('Redis', `version ${version} answers`),
      examineEviction(maxmemory_policy),
      examineAppendOnly(append_only),
    ];
  } catch (cause) {
    return [
      error(
        'Redis',
        `cannot be reached (${reasonOf(cause)})`,
        'Start Redis, or mend REDIS_URL. Until then events are accepted and delivered later.',
      ),
    ];
  }
}

function examineEviction(policy: string | null): Finding {
  const check = 'Redis maxmemory-policy';
  if (policy === 'noeviction') return ok(check, 'noeviction');
  if (policy === null) return warning(check, 'the server does not tell', 'See in its console that it is noeviction.');
  return error(
    check,
    `${policy}: with its memory full Redis would drop jobs without an error`,
    'Run: redis-cli CONFIG SET maxmemory-policy noeviction, and set it in redis.conf.',
  );
}

function examineAppendOnly(appendOnly: boolean | null): Finding {
  const check = 'Redis append-only file';
  if (appendOnly === true) return ok(check, 'on');
  if (appendOnly === null)
    return warning(check, 'the server does not tell', 'See in its console that persistence is on.');
  return warning(
    check,
    'off: a crash empties the queues, and deliveries wait for the sweeper',
    'Run: redis-cli CONFIG SET appendonly yes, and set it in redis.conf.',
  );
}

function reasonOf(cause: unknown): string {
  const { code, message } = cause as { code?: string; message?: string };
  return code ?? message ?? 'unknown reason';
}

const ok = (check: string, message: string): Finding => ({ check, level: 'ok', message, remedy: null });
const warning = (check: string, message: string, remedy: string): Finding => ({
  check,
  level: 'warning',
  message,
  remedy,
});
const error = (check: string, message: string, remedy: string): Finding => ({ check, level: 'error', message, remedy });
