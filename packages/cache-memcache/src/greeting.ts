import type { Connection, ConnectionEnd } from './connection.ts';
import type { Frame } from './frame-decoder.ts';
import { encodeRequest, NOTHING, opcodes, statuses } from './wire.ts';

/** SASL PLAIN: a name and a password, for `memcached -S`. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

const refusals: ReadonlyMap<number, string> = new Map([
  [statuses.AUTHENTICATION_FAILED, 'it refuses the user name or password'],
  [statuses.AUTHENTICATION_NEEDED, 'it refuses the user name or password'],
  [statuses.UNKNOWN_COMMAND, 'it does not know SASL: it was started without -S'],
]);

/**
 * What comes before the first request: SASL if there are credentials, and one question whose answer shows that somebody is
 * there who speaks the protocol. A failure ends the connection.
 * @see SASL authentication in memcached's binary protocol
 */
export function greet(
  connection: Connection,
  credentials: Credentials | undefined,
  nextOpaque: () => number,
  onReady: () => void,
): void {
  const ask = (opcode: number, key: string, value: string, read: (frame: Frame) => void): void => {
    const opaque = nextOpaque();
    const request = { opcode, key: Buffer.from(key), extras: NOTHING, value: Buffer.from(value) };
    connection.greet(opaque, encodeRequest(request, opaque), {
      opcode,
      sentAtMs: Infinity,
      patienceMs: Infinity,
      answer: read,
      // The connection's end is dealt with by its owner.
      fail: () => {},
    });
  };
  const knock = (): void =>
    ask(opcodes.NOOP, '', '', ({ header }) => {
      if (header.status === statuses.OK) onReady();
      else connection.end(refusal(header.status, 'it wants a user name and password'));
    });
  if (credentials === undefined) {
    knock();
    return;
  }
  const { username, password } = credentials;
  ask(opcodes.SASL_AUTH, 'PLAIN', `\0${username}\0${password}`, ({ header }) => {
    if (header.status === statuses.OK) knock();
    else connection.end(refusal(header.status, refusals.get(header.status)));
  });
}

function refusal(status: number, reason = `it answers with status ${status}`): ConnectionEnd {
  return { code: 'CACHE_REFUSED', reason };
}
