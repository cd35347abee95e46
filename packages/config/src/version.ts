/**
 * Compares with a ProFTPD version of the form `major[.minor[.revision[suffix]]]`, where suffix is `rcN` (before the
 * release) or a letter (a maintenance release after it; as in ProFTPD `a` equals the release itself).
 * @returns a number that orders versions; undefined if the text is not a version.
 * @see ProFTPD mod_ifversion
 */
export function versionRank(text: string): number | undefined {
  const match = /^(\d{1,3})(?:\.(\d{1,3})(?:\.(\d{1,3})(?:rc(\d{1,3})|([a-z]))?)?)?$/u.exec(text);
  if (!match) return undefined;
  const [, major, minor = '0', revision = '0', candidate, letter] = match;
  const suffix =
    candidate === undefined
      ? letter === undefined
        ? 0
        : letter.charCodeAt(0) - 0x61
      : Number(candidate) - 1000;
  return ((Number(major) * 1000 + Number(minor)) * 1000 + Number(revision)) * 2000 + suffix + 1000;
}

/** Whether `<IfVersion ARGS>` holds, or the sentence that says why it can't be told. */
export function matchesVersion(
  args: readonly string[],
  version: string,
): boolean | { readonly problem: string } {
  if (args.length < 1 || args.length > 2) return { problem: 'wrong number of parameters' };
  const wanted = args.at(-1) ?? '';
  const written = args.length === 2 ? (args[0] ?? '') : '=';
  const isNegated = written.startsWith('!');
  const operator = isNegated ? written.slice(1) : written;
  const holds = OPERATORS[operator]?.(version, wanted);
  if (holds === undefined) return { problem: `unknown comparison operator '${written}'` };
  return typeof holds === 'boolean' ? holds !== isNegated : holds;
}

type Outcome = boolean | { readonly problem: string };

const OPERATORS: Readonly<Record<string, (version: string, wanted: string) => Outcome>> = {
  '=': equals,
  '==': equals,
  '>': (version, wanted) => compare(version, wanted, (a, b) => a > b),
  '>=': (version, wanted) => compare(version, wanted, (a, b) => a >= b),
  '<': (version, wanted) => compare(version, wanted, (a, b) => a < b),
  '<=': (version, wanted) => compare(version, wanted, (a, b) => a <= b),
  '~': matchesPattern,
};

function equals(version: string, wanted: string): Outcome {
  const isPattern = wanted.length > 2 && wanted.startsWith('/') && wanted.endsWith('/');
  return isPattern
    ? matchesPattern(version, wanted.slice(1, -1))
    : compare(version, wanted, (a, b) => a === b);
}

function compare(version: string, wanted: string, test: (a: number, b: number) => boolean): Outcome {
  const rank = versionRank(wanted);
  if (rank === undefined) return { problem: `badly formatted configured version '${wanted}'` };
  return test(versionRank(version) ?? 0, rank);
}

function matchesPattern(version: string, pattern: string): Outcome {
  try {
    return new RegExp(pattern, 'u').test(version);
  } catch (error) {
    return {
      problem: `unable to compile pattern '${pattern}': ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}
