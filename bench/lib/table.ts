import { reachesAim, type Aim, type Row } from './scenario.ts';

const HEADINGS = ['figure', 'unit', 'values', 'aim', ''] as const;

/** The rows as text, each with its aim and whether it was reached beside it. */
export function formatTable(rows: readonly Row[]): string {
  const lines = [HEADINGS, ...rows.map(cells)];
  const widths = HEADINGS.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function cells(row: Row): string[] {
  const values = Object.entries(row.values).map(([name, value]) => `${name} ${formatNumber(value)}`);
  const reached = reachesAim(row);
  const verdict = reached === undefined ? '' : reached ? 'reached' : 'MISSED';
  return [row.figure, row.unit, values.join('  '), row.aim ? formatAim(row.aim) : '', verdict];
}

function formatAim({ of, atMost, atLeast }: Aim): string {
  return atMost === undefined ? `${of} >= ${atLeast}` : `${of} <= ${atMost}`;
}

/** Whole counts as they are, measurements with three digits that mean something. */
export function formatNumber(value: number): string {
  if (Number.isInteger(value)) {
    return String(value);
  }
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(digits, 3));
}
