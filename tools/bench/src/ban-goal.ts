/** A figure, and whether it is what was asked for. */
export interface BanGoal {
  readonly what: string;
  readonly figure: string;
  readonly goal: string;
  readonly isMet: boolean;
}

export function describeGoals(goals: readonly BanGoal[]): string {
  const width = Math.max(...goals.map(({ what }) => what.length));
  return goals
    .map(
      ({ what, figure, goal, isMet }) =>
        `${what.padEnd(width)}  ${figure}  (goal: ${goal}): ${isMet ? 'MET' : 'NOT MET'}`,
    )
    .join('\n');
}
