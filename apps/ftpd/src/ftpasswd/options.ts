type OptionKind = 'flag' | 'text' | 'number' | 'list' | 'optional-text';

/** Every option, as contrib/ftpasswd.html lists them; `--bcrypt` is ours. */
const optionKinds = {
  'add-member': 'text',
  bcrypt: 'flag',
  'change-home': 'flag',
  'change-password': 'flag',
  'delete-group': 'flag',
  'delete-member': 'text',
  'delete-user': 'flag',
  des: 'flag',
  'enable-group-passwd': 'flag',
  file: 'text',
  force: 'flag',
  gecos: 'text',
  gid: 'number',
  group: 'flag',
  hash: 'flag',
  help: 'flag',
  home: 'text',
  lock: 'flag',
  md5: 'flag',
  member: 'list',
  name: 'text',
  'not-previous-password': 'flag',
  'not-system-password': 'flag',
  passwd: 'flag',
  sha256: 'flag',
  sha512: 'flag',
  shell: 'text',
  stdin: 'flag',
  uid: 'number',
  unlock: 'flag',
  'use-cracklib': 'optional-text',
  version: 'flag',
} as const satisfies Record<string, OptionKind>;

const shortNames: Readonly<Record<string, OptionName | undefined>> = {
  F: 'force',
  h: 'help',
  l: 'lock',
  m: 'member',
  u: 'unlock',
};

type OptionName = keyof typeof optionKinds;
type NamesOf<Kind extends OptionKind> = {
  [Name in OptionName]: (typeof optionKinds)[Name] extends Kind ? Name : never;
}[OptionName];

/** What was given on the command line. */
export type Options = {
  readonly [Name in NamesOf<'flag'>]?: true;
} & { readonly [Name in NamesOf<'text' | 'optional-text'>]?: string } & {
  readonly [Name in NamesOf<'number'>]?: number;
} & {
  readonly [Name in NamesOf<'list'>]?: readonly string[];
};

export interface ParsedOptions {
  readonly options: Options;
  /** What is wrong with the command line, a sentence each. */
  readonly errors: readonly string[];
}

/** Reads the command line as Perl's Getopt::Long does: `--name=bob`, `--name bob`, `--na bob`, `-m bob`; last one wins. */
export function parseOptions(argv: readonly string[]): ParsedOptions {
  const options: Record<string, true | string | number | readonly string[]> = {};
  const errors: string[] = [];
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? '';
    if (word === '--') break;
    const [, given = '', attached] = /^--?([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (given === '') continue;
    const name = findName(given);
    if (name === undefined) {
      errors.push(`Unknown option: ${given}`);
      continue;
    }
    const kind = optionKinds[name];
    if (kind === 'flag') {
      options[name] = true;
      continue;
    }
    const next = argv[at + 1];
    const takesNext =
      attached === undefined && next !== undefined && (kind !== 'optional-text' || !next.startsWith('-'));
    if (takesNext) at += 1;
    const value = attached ?? (takesNext ? next : undefined);
    if (value === undefined && kind !== 'optional-text') errors.push(`Option ${name} requires an argument`);
    else if (kind === 'number' && !/^[+-]?\d+$/.test(value ?? '')) {
      errors.push(`Value "${value}" invalid for option ${name} (number expected)`);
    } else options[name] = valueOf(kind, value ?? '', options[name]);
  }
  return { options, errors };
}

function valueOf(kind: OptionKind, value: string, before: unknown): string | number | readonly string[] {
  if (kind === 'number') return Number(value);
  return kind === 'list' ? [...((before as readonly string[] | undefined) ?? []), value] : value;
}

function findName(given: string): OptionName | undefined {
  if (given in optionKinds) return given as OptionName;
  const short = shortNames[given];
  if (short !== undefined) return short;
  const [match, ...others] = (Object.keys(optionKinds) as OptionName[]).filter((name) =>
    name.startsWith(given),
  );
  return others.length === 0 ? match : undefined;
}
