import pg from 'pg';

export interface InsertRowsSpec {
  database_url: string;
  seconds: number;
}

const BATCH = 100;
const CONNECTIONS = 2;

/** How many rows like an attempt PostgreSQL commits a second, 100 a statement over two connections. */
export async function runInsertRows({ database_url, seconds }: InsertRowsSpec): Promise<{ per_second: number }> {
  const pool = new pg.Pool({ connectionString: database_url, max: CONNECTIONS });
  try {
    await pool.query(
      'CREATE TABLE yardstick (id uuid, number int, at timestamptz, headers text, PRIMARY KEY (id, number))',
    );
    const startedAt = performance.now();
    let rows = 0;
    const inserter = async () => {
      while (performance.now() - startedAt < seconds * 1_000) {
        await pool.query({ name: 'insert', text: INSERT, values: newRows() });
        rows += BATCH;
      }
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, inserter));
    return { per_second: rows / ((performance.now() - startedAt) / 1_000) };
  } finally {
    await pool.end();
  }
}

const INSERT = `
  INSERT INTO yardstick (id, number, at, headers)
  SELECT * FROM unnest($1::uuid[], $2::int[], $3::timestamptz[], $4::text[])`;

const HEADERS = JSON.stringify({ 'content-type': 'application/json', filler: 'x'.repeat(500) });

function newRows(): unknown[][] {
  const ids = Array.from({ length: BATCH }, () => crypto.randomUUID());
  const now = new Date();
  return [ids, ids.map(() => 1), ids.map(() => now), ids.map(() => HEADERS)];
}
