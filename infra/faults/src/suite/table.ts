import type { ScenarioReport } from '../scenario.js';

/** Of the column that names the faults; no name is longer. */
export const ROW_WIDTH = 48;
const COLUMNS = ['accepted', 'delivered', 'dead', 'cancelled', 'duplicates', 'lost', 'violations', 'seconds'] as const;
type Column = (typeof COLUMNS)[number];

/** What a row of the table shows. `accepted` counts events; `delivered` to `lost` count deliveries, one per subscriber. */
export type TableRow = Record<Column, number>;

export function tableRow(report: ScenarioReport, seconds: number): TableRow {
  const { accepted, delivered, dead, cancelled, duplicates, lost, violations } = report;
  return { accepted, delivered, dead, cancelled, duplicates, lost, violations: violations.length, seconds };
}

export function headerLine(): string {
  return `${'fault'.padEnd(ROW_WIDTH)}${COLUMNS.map((column) => `  ${column}`).join('')}`;
}

export function rowLine(fault: string, row: TableRow): string {
  const cells = COLUMNS.map((column) => `  ${String(row[column]).padStart(column.length)}`);
  return `${fault.padEnd(ROW_WIDTH)}${cells.join('')}`;
}

export function total(rows: readonly TableRow[]): TableRow {
  const sumOf = (column: Column) => rows.reduce((sum, row) => sum + row[column], 0);
  return Object.fromEntries(COLUMNS.map((column) => [column, sumOf(column)])) as TableRow;
}
