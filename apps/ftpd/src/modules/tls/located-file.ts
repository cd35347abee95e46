import { badCount, badValue, type ArgumentsParser, type DirectiveSite } from '@ftpd/config';

/** A path that a directive names, and where it does: what is wrong with the file is told with its line. */
export interface LocatedPath {
  readonly path: string;
  readonly directive: string;
  readonly file: string;
  readonly line: number;
}

export function locate(path: string, { directive, file, line }: DirectiveSite): LocatedPath {
  return { path, directive, file, line };
}

/** A sentence about what a directive names, as ProFTPD words what keeps it from starting. */
export function faultAt({ directive, file, line }: Omit<LocatedPath, 'path'>, sentence: string): string {
  return `fatal: ${directive}: ${sentence} on line ${line} of '${file}'`;
}

/** One absolute path. @param sentence - What is said of another. */
export function locatedPath(
  sentence: string = 'parameter must be an absolute path',
): ArgumentsParser<LocatedPath> {
  return (args, site) => {
    const [path] = args;
    if (path === undefined) throw badCount('missing parameters');
    if (args.length > 1) site.warn(`parameters after '${path}' are ignored`);
    if (!path.startsWith('/')) throw badValue(sentence, 0, `'${path}' is relative`);
    return locate(path, site);
  };
}
