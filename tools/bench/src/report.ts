import type { ServerName } from './servers.ts';

/** What has to hold of medians. */
export type Goal =
  /** The other server's median is at least so many times ours. */
  | { readonly against: ServerName; readonly atLeastTimes: number }
  /** Ours is at most this. */
  | { readonly atMost: number };

/** One thing that was measured, less being better. */
export interface Scenario {
  readonly name: string;
  readonly unit: 's' | 'MiB' | 'KiB';
  readonly figures: { readonly [name in ServerName]: readonly number[] };
  /** None: printed to explain the others. */
  readonly goals: readonly Goal[];
}

export interface ReportRow {
  readonly scenario: string;
  readonly unit: string;
  readonly medians: { readonly [name in ServerName]: number };
  /** The other's median as a multiple of ours: above 1, ours is better. */
  readonly timesProftpd: number;
  readonly timesPyftpdlib: number;
  readonly goals: readonly { readonly text: string; readonly isMet: boolean }[];
}

/** @param values - Not empty. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((first, second) => first - second);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? NaN;
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? NaN) + upper) / 2 : upper;
}

export function rowOf({ name, unit, figures, goals }: Scenario): ReportRow {
  const medians = {
    ours: median(figures.ours),
    proftpd: median(figures.proftpd),
    pyftpdlib: median(figures.pyftpdlib),
  };
  return {
    scenario: name,
    unit,
    medians,
    timesProftpd: medians.proftpd / medians.ours,
    timesPyftpdlib: medians.pyftpdlib / medians.ours,
    goals: goals.map((goal) =>
      'atMost' in goal
        ? { text: `<= ${goal.atMost} ${unit}`, isMet: medians.ours <= goal.atMost }
        : {
            text: `${goal.against} >= ${goal.atLeastTimes} x ours`,
            isMet: medians[goal.against] >= goal.atLeastTimes * medians.ours,
          },
    ),
  };
}

const headings = ['scenario', 'ours', 'proftpd', 'pyftpdlib', 'proftpd/ours', 'pyftpdlib/ours', 'goal'];

function cells({
  scenario,
  unit,
  medians,
  timesProftpd,
  timesPyftpdlib,
  goals,
}: ReportRow): readonly string[] {
  const figure = (value: number): string => `${value.toFixed(unit === 's' ? 3 : 1)} ${unit}`;
  return [
    scenario,
    figure(medians.ours),
    figure(medians.proftpd),
    figure(medians.pyftpdlib),
    timesProftpd.toFixed(2),
    timesPyftpdlib.toFixed(2),
    goals.map(({ text, isMet }) => `${text}: ${isMet ? 'met' : 'NOT MET'}`).join('; '),
  ];
}

/** A table of medians, for people. */
export function tableOf(rows: readonly ReportRow[]): string {
  const lines = [headings, ...rows.map(cells)];
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  return lines
    .map((line) =>
      line
        .map((cell, column) =>
          column === 0 || column === headings.length - 1
            ? cell.padEnd(widths[column] ?? 0)
            : cell.padStart(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
