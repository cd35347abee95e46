import { notUnderstood, refuse, words } from './arguments.ts';
import { defineCommand, type ArgumentSyntax, type CommandRow } from './row.ts';

/** How bytes are represented on the data connection: `ascii` turns line ends, `image` nothing. */
export interface TypeArgument {
  readonly type: 'ascii' | 'image';
  /** The type code as sent, for the reply. */
  readonly name: string;
}

export interface TransferParameterCommands {
  readonly TYPE: CommandRow<TypeArgument>;
  readonly STRU: CommandRow<'F'>;
  readonly MODE: CommandRow<string>;
}

/** Type codes with their second parameter where one is needed. L 7 is ASCII and L 8 image, as in ProFTPD. */
const types: Readonly<Record<string, TypeArgument['type']>> = {
  A: 'ascii',
  I: 'image',
  'L 7': 'ascii',
  'L 8': 'image',
};

const typeCode: ArgumentSyntax<TypeArgument> = {
  syntax: '<sp> type-code (A, I, L 7, L 8)',
  parse: (text, verb) => {
    const [name, parameter, ...more] = words(text);
    if (name === undefined || more.length > 0) return notUnderstood(500, verb, text);
    const code = name.toUpperCase();
    const key = code === 'L' ? `L ${parameter ?? ''}` : code;
    const type = Object.hasOwn(types, key) ? types[key] : undefined;
    return type === undefined
      ? refuse('PROTO_UNSUPPORTED', 504, `${verb} not implemented for '${name}' parameter`)
      : { type, name };
  },
};

/** One letter of `allowed`; the letters of `unsupported` are known, but not done. */
function letter<W extends string>(allowed: W, unsupported: string, what: string): ArgumentSyntax<W> {
  return {
    syntax: '<sp> code',
    parse: (text, verb) => {
      const [code, ...more] = words(text);
      if (code === undefined || more.length > 0) return notUnderstood(501, verb, text);
      if (code.toUpperCase() === allowed) return allowed;
      return code.length === 1 && unsupported.includes(code.toUpperCase())
        ? refuse('PROTO_UNSUPPORTED', 504, `'${verb} ${code}' unsupported ${what}`)
        : refuse('PROTO_SYNTAX', 501, `'${verb} ${code}' unrecognized ${what}`);
    },
  };
}

export const transferParameterCommands: TransferParameterCommands = {
  TYPE: defineCommand({
    verb: 'TYPE',
    rfc: 'RFC 959 §3.1.1',
    requiresLogin: false,
    argument: typeCode,
    help: '<sp> type-code (A, I, L 7, L 8)',
  }),
  STRU: defineCommand({
    verb: 'STRU',
    rfc: 'RFC 959 §3.1.2',
    argument: letter('F', 'RP', 'structure type'),
    help: 'is not implemented (always F)',
  }),
  MODE: defineCommand({
    verb: 'MODE',
    rfc: 'RFC 959 §3.4',
    argument: letter('S', 'BC', 'transfer mode'),
    help: 'is not implemented (always S)',
  }),
};
