import type { HashSchemeName } from '@ftpd/auth';
import type { Options } from './options.ts';

/** What a valid command line asks for. */
export type Command =
  | { readonly mode: 'help' | 'version' }
  | { readonly mode: 'hash'; readonly scheme: HashSchemeName; readonly readsStdin: boolean }
  | (FileCommand & { readonly mode: 'passwd'; readonly action: PasswdAction })
  | (FileCommand & { readonly mode: 'group'; readonly action: GroupAction });

export interface FileCommand {
  readonly file: string;
  readonly isAlternateFile: boolean;
  readonly isNewFile: boolean;
  readonly name: string;
  readonly scheme: HashSchemeName;
  readonly readsStdin: boolean;
  readonly mustDifferFromSystem: boolean;
}

export type PasswdAction =
  | {
      readonly kind: 'set';
      readonly uid: number;
      readonly gid: number;
      readonly gecos: string | undefined;
      readonly home: string;
      readonly shell: string;
      readonly isGidDefaulted: boolean;
      readonly mustDifferFromPrevious: boolean;
    }
  | { readonly kind: 'change-password' | 'lock' | 'unlock' | 'delete' }
  | { readonly kind: 'change-home'; readonly home: string };

export type GroupAction =
  | {
      readonly kind: 'set';
      readonly gid: number;
      readonly members: readonly string[] | undefined;
      readonly asksPassword: boolean;
    }
  | { readonly kind: 'add-member' | 'delete-member'; readonly member: string }
  | { readonly kind: 'delete' };

/** A command line that asks for nothing that can be done. */
export class UsageError extends Error {}

const maxId = 4_294_967_294;

/** @throws {UsageError} with the sentence to print. */
export function toCommand(options: Options): Command {
  if (options.help) return { mode: 'help' };
  if (options.version) return { mode: 'version' };
  const modes = (['passwd', 'group', 'hash'] as const).filter((mode) => options[mode]);
  const [mode] = modes;
  if (modes.length > 1) throw new UsageError('please use *one*: --passwd, --group, or --hash');
  if (mode === undefined)
    throw new UsageError('missing required --passwd or --group\nuse ftpasswd --help for details on usage');
  if (options['use-cracklib'] !== undefined) {
    throw new UsageError(
      '--use-cracklib is not supported: there is no cracklib here. Check passwords before you pass them to --stdin',
    );
  }
  const scheme = schemeOf(options);
  const readsStdin = options.stdin === true;
  if (mode === 'hash') return { mode, scheme, readsStdin };
  const common: FileCommand = {
    file: options.file ?? defaultFiles[mode],
    isAlternateFile: options.file !== undefined,
    isNewFile: options.force === true,
    name: fieldOf(required(options, mode, 'name'), 'name'),
    scheme,
    readsStdin,
    mustDifferFromSystem: options['not-system-password'] === true,
  };
  return mode === 'passwd'
    ? { ...common, mode, action: passwdAction(options) }
    : { ...common, mode, action: groupAction(options) };
}

const defaultFiles = { passwd: './ftpd.passwd', group: './ftpd.group' } as const;

function schemeOf(options: Options): HashSchemeName {
  const schemes = (['des', 'md5', 'sha256', 'sha512', 'bcrypt'] as const).filter((scheme) => options[scheme]);
  if (schemes.length > 1)
    throw new UsageError(`please use *one*: ${schemes.map((scheme) => `--${scheme}`).join(', ')}`);
  return schemes[0] ?? 'sha256';
}

function passwdAction(options: Options): PasswdAction {
  if (options['delete-user']) return { kind: 'delete' };
  if (options.lock && options.unlock) throw new UsageError('please use *one*: --lock or --unlock');
  if (options.lock) return { kind: 'lock' };
  if (options.unlock) return { kind: 'unlock' };
  if (options['change-password']) return { kind: 'change-password' };
  if (options['change-home']) {
    if (options.home === undefined) throw new UsageError('--change-home requires use of --home');
    return { kind: 'change-home', home: fieldOf(options.home, 'home') };
  }
  const home = fieldOf(required(options, 'passwd', 'home'), 'home');
  const shell = fieldOf(required(options, 'passwd', 'shell'), 'shell');
  const uid = idOf(required(options, 'passwd', 'uid'), 'uid');
  return {
    kind: 'set',
    uid,
    gid: options.gid === undefined ? uid : idOf(options.gid, 'gid'),
    isGidDefaulted: options.gid === undefined,
    gecos: options.gecos === undefined ? undefined : fieldOf(options.gecos, 'gecos'),
    home,
    shell,
    mustDifferFromPrevious: options['not-previous-password'] === true,
  };
}

function groupAction(options: Options): GroupAction {
  if (options['delete-group']) return { kind: 'delete' };
  for (const kind of ['add-member', 'delete-member'] as const) {
    const member = options[kind];
    if (member !== undefined) return { kind, member: memberOf(member) };
  }
  return {
    kind: 'set',
    gid: idOf(required(options, 'group', 'gid'), 'gid'),
    // One --member may name several, as the file does.
    members: options.member?.flatMap((text) => text.split(',')).map(memberOf),
    asksPassword: options['enable-group-passwd'] === true,
  };
}

function required<Name extends 'name' | 'home' | 'shell' | 'uid' | 'gid'>(
  options: Options,
  mode: 'passwd' | 'group',
  name: Name,
): NonNullable<Options[Name]> {
  const value = options[name];
  if (value === undefined || value === '')
    throw new UsageError(`--${mode}: missing required argument: --${name}`);
  return value;
}

/** A field of the file: what would end it, or the line, can't be in it. A leading `#` would make a comment of the entry. */
function fieldOf(text: string, option: string): string {
  if (/[:\p{Cc}]/u.test(text))
    throw new UsageError(`--${option} must not contain a colon or control characters`);
  if (option === 'name' && text.startsWith('#')) throw new UsageError('--name must not begin with #');
  return text;
}

function memberOf(text: string): string {
  if (text === '' || /[:,\p{Cc}]/u.test(text))
    throw new UsageError('a member must not be empty, nor contain a colon, comma or control characters');
  return text;
}

function idOf(value: number, option: 'uid' | 'gid'): number {
  if (value < 0 || value > maxId) throw new UsageError(`--${option} must be 0 to ${maxId}`);
  return value;
}
