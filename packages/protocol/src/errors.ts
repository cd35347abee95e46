import type { Reply } from './replies/reply.ts';

/** What can be wrong with what a peer sent. Codes are never reused. */
export const protocolErrorCodes = {
  PROTO_COMMAND_INVALID: 'The line does not start with a command word; send "VERB argument".',
  PROTO_NUL_BYTE: 'The line holds a NUL byte; no command or file name can.',
  PROTO_PARAMETER_COUNT: 'The command needs another number of parameters; see HELP for its syntax.',
  PROTO_SYNTAX: 'The parameter has another form than the command asks for; see HELP for its syntax.',
  PROTO_UNSUPPORTED: 'The parameter is well formed, but names something this server does not do.',
  PROTO_OUT_OF_RANGE: 'The number in the parameter is outside the range the command allows.',
  PROTO_ADDRESS: 'The address or port in the parameter is malformed.',
  PROTO_SEQUENCE: 'The command does not fit here; another one has to come first.',
  PROTO_PATTERN_TOO_LONG: 'The file name pattern is too long or expands to too many; use a shorter one.',
} as const;

export type ProtocolErrorCode = keyof typeof protocolErrorCodes;

const brand: unique symbol = Symbol.for('@ftpd/protocol/ProtocolError') as never;

/** Says who sent what wrongly, and which reply tells it to the client. */
export class ProtocolError extends Error {
  readonly code: ProtocolErrorCode;
  /** The reply ProFTPD gives in this case. */
  readonly reply: Reply;

  constructor(code: ProtocolErrorCode, reply: Reply) {
    super(`${protocolErrorCodes[code]} (${reply.code} ${reply.lines.join(' / ')})`);
    this.name = 'ProtocolError';
    this.code = code;
    this.reply = reply;
    Object.defineProperty(this, brand, { value: true });
  }
}

/** Whether the value is a ProtocolError, also one of another copy of this package. */
export function isProtocolError(value: unknown): value is ProtocolError {
  return typeof value === 'object' && value !== null && brand in value;
}
