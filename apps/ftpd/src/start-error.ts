/** Why the daemon does not start: lines for the log or the terminal, in the order in which they are told. */
export class StartError extends Error {
  readonly lines: readonly string[];

  constructor(lines: readonly string[], options?: { readonly cause?: unknown }) {
    super(lines.join('\n'), options);
    this.name = 'StartError';
    this.lines = lines;
  }
}

/** What the log says of an error: the lines of a StartError, anything else with where it came from. */
export function linesOf(error: unknown): readonly string[] {
  if (error instanceof StartError) return error.lines;
  return [String(error instanceof Error ? error.stack : error)];
}
