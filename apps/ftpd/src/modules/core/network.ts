import {
  badCount,
  badValue,
  boolean,
  booleanOf,
  defineDirective,
  durationMs,
  exactlyOne,
  integer,
  pair,
  SERVER_CONTEXTS,
  text,
} from '@ftpd/config';

const module = 'mod_core.c';
const main = ['server config'] as const;
const serversAndAnonymous = [...SERVER_CONTEXTS, '<Anonymous>'] as const;

export const passivePorts = defineDirective({
  name: 'PassivePorts',
  module,
  syntax: 'PassivePorts from to',
  contexts: SERVER_CONTEXTS,
  repeats: 'last-wins',
  doc: 'The ports that PASV and EPSV choose from.',
  parse: (args, site) => {
    const number = integer(1024, 65_535);
    const [from, to] = pair(number, number)(args, site);
    if (to < from) throw badValue('min port must be less than or equal to max port', 1);
    return { from, to };
  },
});

export const masqueradeAddress = defineDirective({
  name: 'MasqueradeAddress',
  module,
  syntax: 'MasqueradeAddress address|name|interface',
  contexts: SERVER_CONTEXTS,
  repeats: 'last-wins',
  doc: 'The address that PASV tells clients, for servers behind NAT.',
  parse: exactlyOne(text),
});

/** True: any address; a name: the addresses of that class. */
export const allowForeignAddress = defineDirective({
  name: 'AllowForeignAddress',
  module,
  syntax: 'AllowForeignAddress on|off|class',
  contexts: serversAndAnonymous,
  repeats: 'last-wins',
  defaultValue: false as boolean | string,
  doc: 'Whether data may go to another address than the one the client came from.',
  parse: exactlyOne((word): boolean | string => booleanOf(word) ?? word),
});

export interface SocketOptionsValue {
  readonly receiveBufferBytes?: number;
  readonly sendBufferBytes?: number;
  readonly isKeptAlive?: boolean;
}

export const socketOptions = defineDirective({
  name: 'SocketOptions',
  module,
  syntax:
    'SocketOptions [maxseg bytes] [rcvbuf bytes] [sndbuf bytes] [keepalive on|off|idle:count:interval] [reuseport on|off]',
  contexts: ['server config', '<VirtualHost>'],
  repeats: 'last-wins',
  doc: 'Buffers and keep-alive of the sockets.',
  parse: (args, site): SocketOptionsValue => {
    if (args.length < 2 || args.length % 2 !== 0) throw badCount();
    const value: { -readonly [Key in keyof SocketOptionsValue]: SocketOptionsValue[Key] } = {};
    for (let at = 0; at < args.length; at += 2) {
      const [name = '', given = ''] = [args[at]?.toLowerCase(), args[at + 1]];
      if (name === 'rcvbuf') value.receiveBufferBytes = bufferBytes(given, at + 1);
      else if (name === 'sndbuf') value.sendBufferBytes = bufferBytes(given, at + 1);
      else if (name === 'keepalive') value.isKeptAlive = keepAlive(given, at + 1, site.warn);
      else if (name === 'maxseg' || name === 'reuseport') site.warn(`${name} has no effect here`);
      else throw badValue(`unknown socket option '${args[at]}'`, at);
    }
    return value;
  },
});

function bufferBytes(word: string, argument: number): number {
  const bytes = Number(word);
  if (!Number.isSafeInteger(bytes) || bytes < 1) throw badValue(`bad buffer size '${word}'`, argument);
  return bytes;
}

function keepAlive(word: string, argument: number, warn: (sentence: string) => void): boolean {
  const isOn = booleanOf(word);
  if (isOn !== undefined) return isOn;
  if (!/^\d+:\d+:\d+$/.test(word)) throw badValue(`badly formatted TCP keepalive spec '${word}'`, argument);
  warn('keepalive: the times of probes are left to the system here');
  return true;
}

export const socketBindTight = defineDirective({
  name: 'SocketBindTight',
  module,
  syntax: 'SocketBindTight on|off',
  contexts: main,
  repeats: 'last-wins',
  defaultValue: false,
  doc: 'Whether each address is listened on by itself; off: every port on all addresses.',
  parse: exactlyOne(boolean),
});

export const tcpBacklog = defineDirective({
  name: 'TCPBacklog',
  module,
  syntax: 'TCPBacklog length',
  contexts: main,
  repeats: 'last-wins',
  doc: 'Connections that may wait to be accepted. Not set: 511, since one process accepts for all.',
  parse: exactlyOne(integer(1, 65_535)),
});

export const tcpNoDelay = defineDirective({
  name: 'TCPNoDelay',
  module,
  syntax: 'TCPNoDelay on|off',
  contexts: SERVER_CONTEXTS,
  repeats: 'last-wins',
  doc: 'Sockets are always used without delay here; off is warned about.',
  parse: (args, site) => {
    const isOn = exactlyOne(boolean)(args, site);
    if (!isOn) site.warn('off has no effect: sockets are always used without delay');
    return isOn;
  },
});

/** A number of seconds of at most 65535, or with a unit; 0: never. */
export const timeout = exactlyOne((word: string): number => {
  if (/^-\d+$/.test(word))
    throw badValue(`error parsing timeout value '${word}': Numerical result out of range`, 0);
  return durationMs(word);
});

export const timeoutIdle = defineDirective({
  name: 'TimeoutIdle',
  module,
  syntax: 'TimeoutIdle seconds',
  contexts: serversAndAnonymous,
  repeats: 'last-wins',
  defaultValue: 600_000,
  doc: 'How long a session may send nothing on either connection; 0: for ever.',
  parse: timeout,
});

export const timeoutLinger = defineDirective({
  name: 'TimeoutLinger',
  module,
  syntax: 'TimeoutLinger seconds',
  contexts: SERVER_CONTEXTS,
  repeats: 'last-wins',
  defaultValue: 10_000,
  doc: 'How long the end of a data connection is waited for.',
  parse: timeout,
});

export const networkRows = [
  passivePorts,
  masqueradeAddress,
  allowForeignAddress,
  socketOptions,
  socketBindTight,
  tcpBacklog,
  tcpNoDelay,
  timeoutIdle,
  timeoutLinger,
];
