import { readFileSync } from 'node:fs';

const shadowPath = '/etc/shadow';
/** libxcrypt's default, for systems whose hashes are not in a file. */
const fallback = '$y$j9T$dummydummydummydummy0$';

let chosen: string | undefined;

/**
 * A setting that costs as much as the hashes most used on this system: unknown users are hashed with it, so that the
 * time doesn't tell who exists.
 */
export function dummySetting(): string {
  chosen ??= mostUsed(readShadow()) ?? fallback;
  return chosen;
}

function readShadow(): string {
  try {
    return readFileSync(shadowPath, 'latin1');
  } catch {
    return '';
  }
}

/** The first hash of the kind that most lines of a shadow file have. @returns undefined when none has one. */
export function mostUsed(shadow: string): string | undefined {
  const kinds = new Map<string, { count: number; readonly sample: string }>();
  for (const line of shadow.split('\n')) {
    const hash = line.split(':', 2)[1] ?? '';
    const [, scheme = '', parameters = ''] = hash.split('$');
    if (scheme === '') continue;
    // Parameters are the cost for yescrypt and bcrypt, and for others when they say `rounds=`.
    const kind =
      /^(?:g?y|7|2[abxy])$/.test(scheme) || parameters.startsWith('rounds=')
        ? `${scheme} ${parameters}`
        : scheme;
    const seen = kinds.get(kind);
    if (seen === undefined) kinds.set(kind, { count: 1, sample: hash });
    else seen.count += 1;
  }
  return [...kinds.values()].toSorted((a, b) => b.count - a.count)[0]?.sample;
}
