import { anyText, ignored, refuse, words, wrongCount } from './arguments.ts';
import { defineCommand, type ArgumentSyntax, type CommandRow } from './row.ts';

/** How data connections are protected (RFC 2228 §3): clear, safe, confidential or private. */
export type ProtectionLevel = 'C' | 'S' | 'E' | 'P';

/** The commands of RFC 2228 and RFC 4217. They are unknown where no TLS is spoken. */
export interface SecurityCommands {
  readonly AUTH: CommandRow<string>;
  readonly PBSZ: CommandRow<string>;
  readonly PROT: CommandRow<ProtectionLevel>;
  readonly CCC: CommandRow<void>;
  readonly CONF: CommandRow<string>;
  readonly ENC: CommandRow<string>;
  readonly MIC: CommandRow<string>;
}

const securityCommand = { availability: 'needs-module', requiresLogin: false } as const;
const text = { ...securityCommand, argument: anyText };

const mechanism: ArgumentSyntax<string> = {
  syntax: '<sp> mechanism',
  parse: (text) =>
    words(text)[0]?.toUpperCase() ??
    refuse('PROTO_PARAMETER_COUNT', 504, 'AUTH requires at least one argument'),
};

const oneWord: ArgumentSyntax<string> = {
  syntax: '<sp> size',
  parse: (text) => {
    const [word, ...more] = words(text);
    return word === undefined || more.length > 0 ? wrongCount() : word;
  },
};

const levels: readonly ProtectionLevel[] = ['C', 'S', 'E', 'P'];

const level: ArgumentSyntax<ProtectionLevel> = {
  syntax: '<sp> C|S|E|P',
  parse: (text, verb) => {
    const word = oneWord.parse(text, verb);
    return (
      levels.find((known) => known === word) ?? refuse('PROTO_UNSUPPORTED', 504, `PROT ${word} unsupported`)
    );
  },
};

export const securityCommands: SecurityCommands = {
  AUTH: defineCommand({
    ...securityCommand,
    verb: 'AUTH',
    rfc: 'RFC 4217 §4',
    argument: mechanism,
    help: '<sp> base64-data',
  }),
  PBSZ: defineCommand({
    ...securityCommand,
    verb: 'PBSZ',
    rfc: 'RFC 4217 §8',
    argument: oneWord,
    help: '<sp> protection buffer size',
  }),
  PROT: defineCommand({
    ...securityCommand,
    verb: 'PROT',
    rfc: 'RFC 4217 §9',
    argument: level,
    help: '<sp> protection code',
  }),
  CCC: defineCommand({
    ...securityCommand,
    requiresLogin: true,
    verb: 'CCC',
    rfc: 'RFC 4217 §6',
    argument: ignored,
    help: '(clears protection level)',
  }),
  CONF: defineCommand({ ...text, verb: 'CONF', rfc: 'RFC 2228 §5', help: '<sp> base64-data' }),
  ENC: defineCommand({ ...text, verb: 'ENC', rfc: 'RFC 2228 §5', help: '<sp> base64-data' }),
  MIC: defineCommand({ ...text, verb: 'MIC', rfc: 'RFC 2228 §5', help: '<sp> base64-data' }),
};
