/** A command line of ftpdctl. */
export type CommandLine =
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'refused'; readonly reason: string }
  | Request;

export interface Request {
  readonly kind: 'request';
  /** Absolute. Absent: the places where ProFTPD's packages have it. */
  readonly socket?: string;
  readonly isVerbose: boolean;
  readonly isJson: boolean;
  readonly action: string;
  readonly args: readonly string[];
}

const flags: Readonly<Record<string, 'help' | 'version' | 'verbose' | 'json' | undefined>> = {
  '-h': 'help',
  '--help': 'help',
  '--version': 'version',
  '-v': 'verbose',
  '--verbose': 'verbose',
  '--json': 'json',
};

/** Reads a command line; options end at the action, whose words go to the daemon, except `--json`. */
export function parseCommandLine(argv: readonly string[]): CommandLine {
  let socket: string | undefined;
  let isVerbose = false;
  let isJson = false;
  let at = 0;
  for (; at < argv.length; at += 1) {
    const word = argv[at] ?? '';
    if (word === '--') {
      at += 1;
      break;
    }
    if (!word.startsWith('-')) break;
    const flag = flags[word];
    if (flag === 'help' || flag === 'version') return { kind: flag };
    if (flag === 'verbose') isVerbose = true;
    else if (flag === 'json') isJson = true;
    else {
      const [, attached] = /^(?:--socket=|-s(?=.))(.*)$/su.exec(word) ?? [];
      if (attached === undefined && word !== '-s' && word !== '--socket')
        return refused(`unknown option '${word}'`);
      if (attached === undefined) at += 1;
      socket = attached ?? argv[at];
      if (socket === undefined) return refused(`option '${word}' needs a path`);
      if (!socket.startsWith('/')) return refused('alternate socket path must be an absolute path');
    }
  }
  const words = argv.slice(at);
  const [action, ...args] = words.filter((word) => word !== '--json');
  if (action === undefined) return refused('missing required action');
  return {
    kind: 'request',
    isVerbose,
    isJson: isJson || words.includes('--json'),
    action,
    args: action === 'ban' || action === 'permit' ? optionsFirst(args) : args,
    ...(socket === undefined ? {} : { socket }),
  };
}

const refused = (reason: string): CommandLine => ({ kind: 'refused', reason });

const banOption = /^--(?:duration|reason)(=)?/u;

/**
 * `ban user bob --duration 10m` as `ban user --duration 10m bob`: ProFTPD, which has no such options, refuses that; behind
 * the names it would take the words for more names, and ban them for ever.
 */
function optionsFirst([type, ...words]: readonly string[]): readonly string[] {
  if (type === undefined) return [];
  const options: string[] = [];
  const names: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (word === '--') {
      names.push(...words.slice(at));
      break;
    }
    const match = banOption.exec(word);
    if (match === null) {
      names.push(word);
      continue;
    }
    options.push(word);
    const value = words[at + 1];
    if (match[1] === undefined && value !== undefined) {
      options.push(value);
      at += 1;
    }
  }
  return [type, ...options, ...names];
}
