/** Why the daemon does not start: lines for the log or the terminal, in the order in which they are told. */
export class StartError extends Error {
  readonly lines: readonly string[];

  constructor(lines: readonly string[], options?: { readonly cause?: unknown }) {
    super(lines.join('\n'), options);
    this.name = 'StartError';
    this.lines = lines;
  }
}
