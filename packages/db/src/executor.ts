import knexModule, { type Knex } from 'knex';
import type pg from 'pg';

/** A statement with a name is prepared once a connection: half the cost of an unnamed one on the hot path (measured.md). */
export interface Statement {
  name?: string;
  text: string;
  values: unknown[];
}

/** A statement under construction. */
export type Query = Knex.QueryBuilder;

/** Runs statements: on any connection of the pool, or on the one connection of a transaction. */
export interface Executor {
  query<Row>(statement: Statement): Promise<Row[]>;
  /** Runs what the query builder built. */
  run<Row>(builder: Knex.QueryBuilder | Knex.Raw): Promise<Row[]>;
}

/** Knex without a connection: it builds SQL, and `Executor.run` sends it, so that there is one pool and one way to it. */
export const sql: Knex = knexModule({ client: 'pg' });

export function executorOn(connection: pg.Pool | pg.ClientBase): Executor {
  return {
    async query<Row>(statement: Statement): Promise<Row[]> {
      const result = await connection.query(statement);
      return result.rows as Row[];
    },
    async run<Row>(builder: Knex.QueryBuilder | Knex.Raw): Promise<Row[]> {
      const { sql: text, bindings } = builder.toSQL().toNative();
      const result = await connection.query({ ...nameOf(text), text, values: bindings as unknown[] });
      return result.rows as Row[];
    },
  };
}

/** Statements that are given a name; more different ones than the code has would be a filter with a shape for each value. */
const MAX_NAMES = 1_000;
const names = new Map<string, string>();

/**
 * What the builder built is prepared once a connection as well: filters make few shapes, and values are never part of
 * the text. Measured on a list of appointments: 420 us against 590.
 */
function nameOf(text: string): { name?: string } {
  const known = names.get(text);
  if (known !== undefined) return { name: known };
  if (names.size >= MAX_NAMES) return {};
  const name = `built-${names.size + 1}`;
  names.set(text, name);
  return { name };
}
