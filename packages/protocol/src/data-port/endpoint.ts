import { ProtocolError, type ProtocolErrorCode } from '../errors.ts';
import { reply } from '../replies/reply.ts';
import { formatAddress, parseAddress } from './address.ts';

/** Where a data connection goes: an address in the form of `normaliseAddress` and a port, 1 to 65535. */
export interface Endpoint {
  readonly family: 4 | 6;
  readonly address: string;
  readonly port: number;
}

function refuse(code: ProtocolErrorCode, replyCode: number, text: string): never {
  throw new ProtocolError(code, reply(replyCode, text));
}

/**
 * Reads `h1,h2,h3,h4,p1,p2` (RFC 959 §5.3.2). Stricter than ProFTPD, which takes signs and a seventh number.
 * Whether the address and the port may be connected to is decided elsewhere.
 * @throws {ProtocolError} PROTO_ADDRESS with reply 501.
 */
export function parsePort(text: string): Endpoint {
  const numbers = /^\d{1,3}(?:,\d{1,3}){5}$/.test(text) ? text.split(',').map(Number) : [];
  const [high = 0, low = 0] = numbers.slice(4);
  const port = high * 256 + low;
  const isZero = numbers.slice(0, 4).every((number) => number === 0);
  if (numbers.length !== 6 || numbers.some((number) => number > 255) || isZero || port === 0) {
    return refuse('PROTO_ADDRESS', 501, 'Illegal PORT command');
  }
  return { family: 4, address: numbers.slice(0, 4).join('.'), port };
}

const protocols: Readonly<Record<string, 4 | 6>> = { 1: 4, 2: 6 };

/**
 * Reads `|protocol|address|port|` with any printable delimiter (RFC 2428 §2). A v4-mapped IPv6 address is given back as IPv4.
 * @throws {ProtocolError} PROTO_UNSUPPORTED with reply 522 for another protocol, PROTO_ADDRESS with reply 501 for the rest.
 */
export function parseEprt(text: string): Endpoint {
  const delimiter = text.charAt(0);
  const [, protocol = '', host = '', port = '', ...rest] = text.split(delimiter);
  const family = Object.hasOwn(protocols, protocol) ? protocols[protocol] : undefined;
  if (family === undefined || !/^[!-~]$/.test(delimiter))
    return refuse('PROTO_UNSUPPORTED', 522, unsupportedProtocol);
  const address = parseAddress(host);
  const portNumber = /^\d{1,5}$/.test(port) ? Number(port) : 0;
  const isRightFamily = host.includes(':') === (family === 6);
  const isWhole = rest.length === 1 && rest[0] === '';
  if (address === undefined || !isRightFamily || !isWhole || portNumber < 1 || portNumber > 65_535) {
    return refuse('PROTO_ADDRESS', 501, 'Illegal EPRT command');
  }
  return { family: address.family, address: formatAddress(address), port: portNumber };
}

const unsupportedProtocol = 'Network protocol not supported, use (1,2)';

/** What EPSV asks for; `all`: no other way of opening data connections is used from now on (RFC 2428 §4). */
export type EpsvArgument = { readonly kind: 'all' } | { readonly kind: 'open'; readonly family?: 4 | 6 };

/**
 * Reads the argument of EPSV.
 * @throws {ProtocolError} PROTO_UNSUPPORTED with reply 522 for another number, PROTO_SYNTAX with reply 501 for another word.
 */
export function parseEpsv(text: string): EpsvArgument {
  const word = text.trim().split(/\s+/, 1)[0] ?? '';
  if (word === '') return { kind: 'open' };
  if (word.toUpperCase() === 'ALL') return { kind: 'all' };
  if (!/^-?\d+$/.test(word)) return refuse('PROTO_SYNTAX', 501, 'EPSV: unknown network protocol');
  const family = Object.hasOwn(protocols, word) ? protocols[word] : undefined;
  return family === undefined
    ? refuse('PROTO_UNSUPPORTED', 522, unsupportedProtocol)
    : { kind: 'open', family };
}

/** `h1,h2,h3,h4,p1,p2` of an IPv4 endpoint, for reply 227. */
export function formatPasvEndpoint({ address, port }: Endpoint): string {
  return [...address.split('.'), port >> 8, port & 0xff].join(',');
}
