import { onLine, type ConfigCode, type ConfigProblem, type Position } from './config-error.ts';

/** What there is to say of a problem beside its sentence. */
export interface ProblemDetails {
  readonly directive?: string | undefined;
  readonly hint?: string | undefined;
  /** Whether line and file are put after the sentence. Default: true. */
  readonly namesLine?: boolean;
}

const MAX_PROBLEMS = 1000;

/** Problems as they are found; those past the first thousand are not kept. */
export class ProblemList {
  readonly #problems: ConfigProblem[] = [];

  get all(): readonly ConfigProblem[] {
    return this.#problems;
  }

  /** @param sentence - In ProFTPD's words, without the place. */
  add(code: ConfigCode, at: Position, sentence: string, details: ProblemDetails = {}): void {
    if (this.#problems.length >= MAX_PROBLEMS) return;
    const { directive, hint, namesLine = true } = details;
    const placed = namesLine ? `${sentence} ${onLine(at)}` : sentence;
    const message = hint === undefined ? placed : `${placed}; ${hint}`;
    this.#problems.push({ code, message, file: at.file, line: at.line, column: at.column, directive, hint });
  }
}
