import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PasswordInputError } from './password-input.ts';
import { runFtpasswd } from './run.ts';

/** What a run of ftpasswd in the test's own process gave. */
export interface Result {
  readonly code: number;
  readonly printed: string;
  readonly errors: string;
}

/** A fresh folder with a `home`, and command lines for the file in it. */
export interface RunFixture {
  readonly folder: string;
  readonly file: string;
  readonly home: string;
  readonly shadowFile: string;
  /** A command line that makes or changes the user bob. */
  readonly bob: readonly string[];
  readonly passwd: (...argv: readonly string[]) => string[];
  readonly group: (...argv: readonly string[]) => string[];
  readonly content: () => string;
  /** @param password - Default: `pw`. Null: none comes. */
  readonly run: (argv: readonly string[], password?: string | null) => Promise<Result>;
}

export function createRunFixture(): RunFixture {
  const folder = mkdtempSync(join(tmpdir(), 'ftpasswd-'));
  const [file, home, shadowFile] = [join(folder, 'file'), join(folder, 'home'), join(folder, 'shadow')];
  mkdirSync(home);
  const passwd = (...argv: readonly string[]): string[] => ['--passwd', `--file=${file}`, ...argv];
  return {
    folder,
    file,
    home,
    shadowFile,
    bob: passwd('--name=bob', '--uid=1001', `--home=${home}`, '--shell=/bin/sh', '--stdin'),
    passwd,
    group: (...argv) => ['--group', `--file=${file}`, ...argv],
    content: () => readFileSync(file, 'utf8'),
    async run(argv, password = 'pw') {
      const printed: string[] = [];
      const errors: string[] = [];
      const read = (): Promise<string> =>
        password === null
          ? Promise.reject(new PasswordInputError('no password given'))
          : Promise.resolve(password);
      const code = await runFtpasswd(argv, {
        print: (line) => printed.push(line),
        printError: (line) => errors.push(line),
        readPassword: read,
        askPassword: read,
        version: '1.2.3',
        shadowFile,
      });
      return { code, printed: printed.join('\n'), errors: errors.join('\n') };
    },
  };
}
