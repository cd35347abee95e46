/** Options of a start or a configuration test. */
export interface RunOptions {
  readonly isForeground: boolean;
  readonly isQuiet: boolean;
  readonly configFile: string;
  /** 0 to 10; absent: what DebugLevel says. */
  readonly debugLevel?: number;
  readonly defines: readonly string[];
  /** Overrides DefaultAddress of the main server. */
  readonly serverAddress?: string;
  readonly addressFamily: 'any' | 'ipv4' | 'ipv6';
  /** Binds as root, then becomes User and Group for good. */
  readonly isUnprivileged: boolean;
  /** Ends after the first session, without going to the background. */
  readonly isSingleSession: boolean;
}

export type Invocation =
  | { readonly kind: 'run' | 'test'; readonly options: RunOptions }
  | { readonly kind: 'list' | 'version' | 'status' | 'settings' | 'help' }
  | { readonly kind: 'pool-secret' | 'certificate'; readonly args: readonly string[] }
  | { readonly kind: 'refused'; readonly text: string; readonly showsUsage: boolean };

export const defaultConfigFile = '/etc/proftpd/proftpd.conf';

type OptionName =
  | 'help'
  | 'nocollision'
  | 'nodaemon'
  | 'quiet'
  | 'debug'
  | 'define'
  | 'config'
  | 'persistent'
  | 'list'
  | 'serveraddr'
  | 'configtest'
  | 'settings'
  | 'version'
  | 'version-status'
  | 'nofork'
  | 'ipv4'
  | 'ipv6'
  | 'unprivileged';

const shortOptions: ReadonlyMap<string, OptionName> = new Map([
  ['h', 'help'],
  ['N', 'nocollision'],
  ['n', 'nodaemon'],
  ['q', 'quiet'],
  ['d', 'debug'],
  ['D', 'define'],
  ['c', 'config'],
  ['p', 'persistent'],
  ['l', 'list'],
  ['S', 'serveraddr'],
  ['t', 'configtest'],
  ['V', 'settings'],
  ['v', 'version'],
  ['X', 'nofork'],
  ['4', 'ipv4'],
  ['6', 'ipv6'],
]);

const longOptions: readonly OptionName[] = [...shortOptions.values(), 'version-status', 'unprivileged'];

const takesValue: ReadonlySet<OptionName> = new Set([
  'debug',
  'define',
  'config',
  'persistent',
  'serveraddr',
]);

interface Given {
  readonly name: OptionName;
  readonly value: string;
}

class Refusal extends Error {
  readonly showsUsage: boolean;

  constructor(text: string, showsUsage = false) {
    super(text);
    this.showsUsage = showsUsage;
  }
}

const unknownOption = (option: string): Refusal => new Refusal(`unknown option: ${option}`, true);

/** As getopt_long(3): short ones combined, values attached or apart, long ones by any unique beginning. */
function* givenOptions(args: readonly string[]): Generator<Given> {
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? '';
    if (arg === '--') {
      if (at + 1 < args.length) throw new Refusal(`fatal: unknown parameter: '${args[at + 1]}'`);
      return;
    }
    if (arg.startsWith('--')) {
      const [, word = '', attached] = /^--([^=]*)(?:=(.*))?$/s.exec(arg) ?? [];
      const name = longOption(word);
      if (!takesValue.has(name)) {
        if (attached !== undefined) throw unknownOption(word);
        yield { name, value: '' };
      } else if (attached !== undefined) yield { name, value: attached };
      else yield { name, value: valueAfter(args, (at += 1), word) };
      continue;
    }
    if (!arg.startsWith('-') || arg === '-') throw new Refusal(`fatal: unknown parameter: '${arg}'`);
    for (let letter = 1; letter < arg.length; letter += 1) {
      const short = arg.charAt(letter);
      const name = shortOptions.get(short);
      if (name === undefined) throw unknownOption(short);
      if (!takesValue.has(name)) {
        yield { name, value: '' };
        continue;
      }
      const attached = arg.slice(letter + 1);
      yield { name, value: attached === '' ? valueAfter(args, (at += 1), short) : attached };
      break;
    }
  }
}

function longOption(word: string): OptionName {
  const exact = longOptions.find((name) => name === word);
  const candidates = exact === undefined ? longOptions.filter((name) => name.startsWith(word)) : [exact];
  const [only] = candidates;
  if (only === undefined || candidates.length > 1) throw unknownOption(word);
  return only;
}

function valueAfter(args: readonly string[], at: number, option: string): string {
  const value = args[at];
  if (value === undefined) throw unknownOption(option);
  return value;
}

/**
 * Understands ProFTPD's command line, and `--unprivileged`.
 * @param args - Without the program's name.
 * @param workingDirectory - What a relative file of `-c` starts from.
 */
export function parseArguments(args: readonly string[], workingDirectory: string): Invocation {
  // No options: commands of their own, which ProFTPD does not have.
  if (args[0] === 'pool-secret' || args[0] === 'certificate') return { kind: args[0], args: args.slice(1) };
  let given: readonly Given[];
  try {
    given = [...givenOptions(args)];
    for (const { name, value } of given) checkValue(name, value);
  } catch (error) {
    if (error instanceof Refusal)
      return { kind: 'refused', text: error.message, showsUsage: error.showsUsage };
    throw error;
  }
  const has = (name: OptionName): boolean => given.some((option) => option.name === name);
  const last = (name: OptionName): string | undefined =>
    given.findLast((option) => option.name === name)?.value;
  if (has('help')) return { kind: 'help' };
  if (has('settings')) return { kind: 'settings' };
  if (has('list')) return { kind: 'list' };
  if (has('version-status') || given.filter(({ name }) => name === 'version').length > 1)
    return { kind: 'status' };
  if (has('version')) return { kind: 'version' };

  const debugLevel = last('debug');
  const serverAddress = last('serveraddr');
  const configFile = last('config') ?? defaultConfigFile;
  const options: RunOptions = {
    isForeground: has('nodaemon') || has('nofork'),
    isQuiet: has('quiet'),
    configFile: configFile.startsWith('/') ? configFile : `${workingDirectory}/${configFile}`,
    ...(debugLevel === undefined ? {} : { debugLevel: debugLevelOf(debugLevel) }),
    defines: given.filter(({ name }) => name === 'define').map(({ value }) => value),
    ...(serverAddress === undefined ? {} : { serverAddress }),
    addressFamily: has('ipv4') ? 'ipv4' : has('ipv6') ? 'ipv6' : 'any',
    isUnprivileged: has('unprivileged'),
    isSingleSession: has('nofork'),
  };
  return { kind: has('configtest') ? 'test' : 'run', options };
}

function checkValue(name: OptionName, value: string): void {
  if (name === 'persistent' && value !== '0' && value !== '1') {
    throw new Refusal('fatal: -p requires Boolean (0|1) parameter');
  }
  if (name === 'define' && value === '') throw new Refusal('fatal: -D requires definition argument');
  if (name === 'config' && value === '') throw new Refusal('fatal: -c requires configuration file argument');
}

/** ProFTPD takes any text: what is no number is 0. */
function debugLevelOf(text: string): number {
  const level = Number.parseInt(text, 10);
  return Number.isNaN(level) ? 0 : Math.min(Math.max(level, 0), 10);
}
