import { expect, it } from '@jest/globals';
import { ALL_SCENARIOS } from './all-scenarios.js';
import { headerLine, ROW_WIDTH, rowLine, total, type TableRow } from './table.js';

const row = (fields: Partial<TableRow> = {}): TableRow => ({
  accepted: 5,
  delivered: 9,
  dead: 1,
  cancelled: 0,
  duplicates: 2,
  lost: 0,
  violations: 0,
  seconds: 7,
  ...fields,
});

it('every number stands under its name', () => {
  const header = headerLine();
  const line = rowLine('worker kill -9', row());
  for (const [name, value] of Object.entries(row())) {
    const end = header.indexOf(name) + name.length;
    expect([name, line.slice(0, end).trimEnd().endsWith(` ${value}`), line.length]).toEqual([
      name,
      true,
      header.length,
    ]);
  }
});

it('the last row adds up all others', () => {
  expect(total([row(), row({ lost: 3, seconds: 1 })])).toEqual({
    accepted: 10,
    delivered: 18,
    dead: 2,
    cancelled: 0,
    duplicates: 4,
    lost: 3,
    violations: 0,
    seconds: 8,
  });
});

it('every scenario has a row of its own, which fits the table', () => {
  const rows = ALL_SCENARIOS.map((scenario) => scenario.row);
  expect(new Set(rows).size).toBe(rows.length);
  expect(rows.filter((name) => name.length > ROW_WIDTH)).toEqual([]);
});
