import { ProtocolError } from '../errors.ts';
import { reply } from '../replies/reply.ts';

export interface CommandLine {
  /** The command word in upper case, as sent (`XCWD` stays `XCWD`). Not checked against any table. */
  readonly verb: string;
  /** All that follows the one blank after the verb, further blanks and trailing ones included; `''` for none. */
  readonly argument: string;
}

/**
 * Splits a line into verb and argument (RFC 959 §5.3). A space or TAB ends the verb; what follows is kept exactly,
 * because file names may start and end with blanks.
 * @throws {ProtocolError} PROTO_COMMAND_INVALID for an empty line or one that starts with white space,
 *   PROTO_NUL_BYTE for a NUL anywhere.
 */
export function parseCommandLine(line: string): CommandLine {
  if (line.includes('\0')) {
    throw new ProtocolError('PROTO_NUL_BYTE', reply(501, 'Command contains a NUL byte'));
  }
  const [verb] = /^[^ \t\n\v\f\r]+/.exec(line) ?? [];
  if (verb === undefined) {
    throw new ProtocolError('PROTO_COMMAND_INVALID', reply(500, 'Invalid command: try being more creative'));
  }
  return { verb: upperCase(verb), argument: line.slice(verb.length + 1) };
}

/** Only ASCII letters: `ß` must not become `SS`, nor a Turkish dotless ı an I. */
function upperCase(verb: string): string {
  return /[a-z]/.test(verb) ? verb.replace(/[a-z]+/g, (letters) => letters.toUpperCase()) : verb;
}
