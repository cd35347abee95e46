import { anyText, ignored } from './arguments.ts';
import { defineCommand, type CommandRow } from './row.ts';

/** The commands of RFC 2228 and RFC 4217. They wait for a module that brings TLS; until then they are unknown. */
export interface SecurityCommands {
  readonly AUTH: CommandRow<string>;
  readonly PBSZ: CommandRow<string>;
  readonly PROT: CommandRow<string>;
  readonly CCC: CommandRow<void>;
  readonly CONF: CommandRow<string>;
  readonly ENC: CommandRow<string>;
  readonly MIC: CommandRow<string>;
}

const securityCommand = { availability: 'needs-module', requiresLogin: false } as const;
const text = { ...securityCommand, argument: anyText };

export const securityCommands: SecurityCommands = {
  AUTH: defineCommand({ ...text, verb: 'AUTH', rfc: 'RFC 4217 §4', help: '<sp> base64-data' }),
  PBSZ: defineCommand({ ...text, verb: 'PBSZ', rfc: 'RFC 4217 §8', help: '<sp> protection buffer size' }),
  PROT: defineCommand({ ...text, verb: 'PROT', rfc: 'RFC 4217 §9', help: '<sp> protection code' }),
  CCC: defineCommand({
    ...securityCommand,
    verb: 'CCC',
    rfc: 'RFC 4217 §6',
    argument: ignored,
    help: '(clears protection level)',
  }),
  CONF: defineCommand({ ...text, verb: 'CONF', rfc: 'RFC 2228 §5', help: '<sp> base64-data' }),
  ENC: defineCommand({ ...text, verb: 'ENC', rfc: 'RFC 2228 §5', help: '<sp> base64-data' }),
  MIC: defineCommand({ ...text, verb: 'MIC', rfc: 'RFC 2228 §5', help: '<sp> base64-data' }),
};
