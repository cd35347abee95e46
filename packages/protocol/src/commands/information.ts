import { anyText, ignored, none, refuse, words, wrongCount } from './arguments.ts';
import { defineCommand, type ArgumentSyntax, type CommandRow } from './row.ts';

/** A command within a command: `SITE CHMOD 644 a`, `OPTS MLST size;`. */
export interface SubcommandArgument {
  /** The subcommand in upper case. */
  readonly name: string;
  /** All that follows one blank after it; `''` for nothing. */
  readonly text: string;
}

export interface InformationCommands {
  readonly SYST: CommandRow<void>;
  readonly NOOP: CommandRow<void>;
  readonly HELP: CommandRow<readonly string[]>;
  readonly FEAT: CommandRow<void>;
  readonly OPTS: CommandRow<SubcommandArgument>;
  readonly LANG: CommandRow<string | undefined>;
  readonly CLNT: CommandRow<string>;
  readonly CSID: CommandRow<string>;
  readonly SITE: CommandRow<SubcommandArgument>;
}

function subcommand(syntax: string, missing: (verb: string) => never): ArgumentSyntax<SubcommandArgument> {
  return {
    syntax,
    parse: (text, verb) => {
      const [, name = '', rest = ''] = /^[ \t]*(\S+)(?:[ \t](.*))?$/s.exec(text) ?? [];
      return name === '' ? missing(verb) : { name: name.toUpperCase(), text: rest };
    },
  };
}

export const informationCommands: InformationCommands = {
  SYST: defineCommand({
    verb: 'SYST',
    rfc: 'RFC 959 §4.1.3',
    requiresLogin: false,
    argument: ignored,
    help: '(returns system type)',
  }),
  NOOP: defineCommand({
    verb: 'NOOP',
    rfc: 'RFC 959 §4.1.3',
    requiresLogin: false,
    argument: ignored,
    help: '(no operation)',
  }),
  HELP: defineCommand({
    verb: 'HELP',
    rfc: 'RFC 959 §4.1.3',
    requiresLogin: false,
    argument: { syntax: '[<sp> command]', parse: (text) => words(text).map((word) => word.toUpperCase()) },
    help: '[<sp> command]',
  }),
  FEAT: defineCommand({
    verb: 'FEAT',
    rfc: 'RFC 2389 §3',
    requiresLogin: false,
    argument: none,
    help: '(returns feature list)',
  }),
  OPTS: defineCommand({
    verb: 'OPTS',
    rfc: 'RFC 2389 §4',
    requiresLogin: false,
    argument: subcommand('<sp> command [<sp> options]', () => wrongCount()),
    help: '<sp> command [<sp> options]',
  }),
  LANG: defineCommand({
    verb: 'LANG',
    rfc: 'RFC 2640 §4.1',
    requiresLogin: false,
    argument: { syntax: '[<sp> language]', parse: (text) => words(text)[0] },
  }),
  CLNT: defineCommand({
    verb: 'CLNT',
    rfc: 'draft-rosenau-ftp-clnt',
    requiresLogin: false,
    argument: anyText,
    feat: 'CLNT',
    help: '<sp> client-info',
  }),
  CSID: defineCommand({
    verb: 'CSID',
    rfc: 'draft-peterson-ftp-csid',
    argument: anyText,
    feat: 'CSID',
  }),
  SITE: defineCommand({
    verb: 'SITE',
    rfc: 'RFC 959 §4.1.3',
    requiresLogin: false,
    argument: subcommand('<sp> command', (verb) =>
      refuse('PROTO_PARAMETER_COUNT', 500, `'${verb}' requires parameters`),
    ),
    help: '<sp> string',
  }),
};
