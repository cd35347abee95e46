/** What a server did: the codes of its replies, line by line, and what it left. */
export interface Done {
  readonly told: readonly string[];
  readonly left: Readonly<Record<string, string>>;
}

interface Difference {
  /** Why ours is meant. */
  readonly reason: string;
  /** The line that is answered in another way, as it is told. */
  readonly line?: { readonly ours: string; readonly theirs: string };
  /** The entry that is left in another way, and its mode. */
  readonly mode?: { readonly name: string; readonly ours: string; readonly theirs: string };
}

/** Where ours does not do what ProFTPD 1.3.8 does. All else is the same. */
export const differences: readonly Difference[] = [
  {
    reason: 'chmod(1) takes several clauses, and RFC 3659 says nothing against them',
    line: {
      ours: 'SITE CHMOD g-r,o+r own/chmod-words: 200',
      theirs: 'SITE CHMOD g-r,o+r own/chmod-words: 550',
    },
  },
  {
    reason: '"o=" sets the rights of others; ProFTPD takes those of the user and the group away too',
    mode: { name: 'own/chmod-words', ours: '705', theirs: '5' },
  },
];

/** What ProFTPD did, with what ours is meant to do in its place. @throws Error when a listed difference is none. */
export function asOurs({ told, left }: Done): Done {
  let lines = told;
  const entries = { ...left };
  for (const { line, mode } of differences) {
    if (line) {
      if (!lines.includes(line.theirs)) throw new Error(`ProFTPD does not say "${line.theirs}"`);
      lines = lines.map((each) => (each === line.theirs ? line.ours : each));
    }
    if (mode) {
      const theirs = ` ${mode.theirs} `;
      if (!entries[mode.name]?.includes(theirs)) throw new Error(`ProFTPD leaves ${mode.name} another way`);
      entries[mode.name] = entries[mode.name]?.replace(theirs, ` ${mode.ours} `) ?? '';
    }
  }
  return { told: lines, left: entries };
}
