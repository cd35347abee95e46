import { median } from './report.ts';

/** Two contestants at one thing. */
export interface TlsComparison {
  readonly name: string;
  readonly unit: string;
  /** What the second one is called; the first is ours. */
  readonly other: string;
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
  /** What has to hold of ours divided by theirs, both medians. None: printed to explain the others. */
  readonly goal?: { readonly atLeast: number } | { readonly atMost: number };
}

export interface TlsRow {
  readonly name: string;
  readonly unit: string;
  readonly other: string;
  readonly ours: number;
  readonly theirs: number;
  readonly ratio: number;
  readonly goal: string | undefined;
  readonly isMet: boolean | undefined;
}

export function tlsRowOf({ name, unit, other, ours, theirs, goal }: TlsComparison): TlsRow {
  const medians = { ours: median(ours), theirs: median(theirs) };
  const ratio = medians.ours / medians.theirs;
  const row = { name, unit, other, ...medians, ratio };
  if (goal === undefined) return { ...row, goal: undefined, isMet: undefined };
  return 'atLeast' in goal
    ? { ...row, goal: `>= ${goal.atLeast}`, isMet: ratio >= goal.atLeast }
    : { ...row, goal: `<= ${goal.atMost}`, isMet: ratio <= goal.atMost };
}

const headings = ['', 'ours', 'beside', 'its', 'ours/its', 'goal'];

function figure(value: number, unit: string): string {
  return `${value < 10 ? value.toFixed(3) : value < 1000 ? value.toFixed(1) : value.toFixed(0)} ${unit}`;
}

/** A table of medians, for people. */
export function tlsTableOf(rows: readonly TlsRow[]): string {
  const lines = [
    headings,
    ...rows.map(({ name, unit, other, ours, theirs, ratio, goal, isMet }) => [
      name,
      figure(ours, unit),
      other,
      figure(theirs, unit),
      ratio.toFixed(2),
      goal === undefined ? '' : `${goal}: ${isMet === true ? 'MET' : 'NOT MET'}`,
    ]),
  ];
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
