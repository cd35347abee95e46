import { formatPasvEndpoint, type Endpoint } from '../data-port/endpoint.ts';
import { quotePath } from '../formats/quoted-path.ts';
import { formatTimestamp } from '../formats/timestamp.ts';
import { reply, type Reply } from './reply.ts';

/** The replies that clients parse, or that many commands share, in ProFTPD's words. */
export interface ReplyTexts {
  /** 227, with the address and port that clients look for inside the parentheses. IPv4 only. */
  enteringPassive(endpoint: Endpoint): Reply;
  /** 229 (RFC 2428 §3). */
  enteringExtendedPassive(port: number): Reply;
  /** 257 of PWD. */
  currentDirectory(path: string): Reply;
  /** 257 of MKD. */
  directoryCreated(path: string): Reply;
  /** 150 of a transfer. The size is told when it is known and not 0. */
  openingData(transfer: {
    readonly type: 'ascii' | 'image';
    readonly name: string;
    readonly sizeBytes?: number;
  }): Reply;
  /** 150 of STOU: the name that was chosen, in the form of RFC 1123 §4.1.2.9. */
  storingUnique(name: string): Reply;
  transferComplete(): Reply;
  /** 426 of a transfer that ABOR or the other side ended. */
  transferAborted(): Reply;
  /** 226 of ABOR itself. */
  abortSuccessful(): Reply;
  /** 550 of SIZE: the size on the wire is not the size of the file (RFC 3659 §4). */
  sizeNotInAscii(): Reply;
  restNotInAscii(): Reply;
  rangNotInAscii(): Reply;
  /** 554 of a transfer that is to start after the end of the file. */
  startBeyondEnd(command: 'REST' | 'RANG', name: string): Reply;
  /** 350 of RANG 1 0. */
  rangeReset(): Reply;
  /** 213 of SIZE. */
  size(sizeBytes: number): Reply;
  /** 213 of MDTM. */
  modificationTime(timeMs: number): Reply;
  systemType(): Reply;
  /** 350 of REST. */
  restartingAt(offsetBytes: number): Reply;
  /** 350 of RANG; both bytes belong to the range. */
  transferringRange(firstByte: number, lastByte: number): Reply;
  renameReady(): Reply;
  /** 200 or 250 of commands without a text of their own. */
  commandSuccessful(code: number, verb: string): Reply;
  passwordRequired(user: string): Reply;
  loggedIn(user: string): Reply;
  loginIncorrect(): Reply;
  loginNeeded(): Reply;
  /** 500 for a verb in no table. */
  unknownCommand(verb: string): Reply;
  unknownSiteCommand(name: string): Reply;
  unknownOption(name: string): Reply;
  commandTooLong(): Reply;
  badSequence(): Reply;
  goodbye(): Reply;
  /** 425 with the reason the connection could not be made. */
  noDataConnection(reason: string): Reply;
}

const dataTypes = { ascii: 'ASCII', image: 'BINARY' } as const;

export const texts: ReplyTexts = {
  enteringPassive: (endpoint) => reply(227, `Entering Passive Mode (${formatPasvEndpoint(endpoint)}).`),
  enteringExtendedPassive: (port) => reply(229, `Entering Extended Passive Mode (|||${port}|)`),
  currentDirectory: (path) => reply(257, `${quotePath(path)} is the current directory`),
  directoryCreated: (path) => reply(257, `${quotePath(path)} - Directory successfully created`),
  openingData: ({ type, name, sizeBytes }) =>
    reply(
      150,
      `Opening ${dataTypes[type]} mode data connection for ${name}${sizeBytes === undefined || sizeBytes === 0 ? '' : ` (${sizeBytes} ${sizeBytes === 1 ? 'byte' : 'bytes'})`}`,
    ),
  storingUnique: (name) => reply(150, `FILE: ${name}`),
  transferComplete: () => reply(226, 'Transfer complete'),
  transferAborted: () => reply(426, 'Transfer aborted. Data connection closed'),
  abortSuccessful: () => reply(226, 'Abort successful'),
  sizeNotInAscii: () => reply(550, 'SIZE not allowed in ASCII mode'),
  restNotInAscii: () => reply(501, 'REST: Resuming transfers not allowed in ASCII mode'),
  rangNotInAscii: () => reply(551, 'RANG: Transfer ranges not allowed in ASCII mode'),
  startBeyondEnd: (command, name) =>
    reply(554, command === 'REST' ? `REST: invalid ${name} argument` : `${name}: invalid RANG argument`),
  rangeReset: () => reply(350, 'Reset byte transfer range'),
  size: (sizeBytes) => reply(213, String(sizeBytes)),
  modificationTime: (timeMs) => reply(213, formatTimestamp(timeMs)),
  systemType: () => reply(215, 'UNIX Type: L8'),
  restartingAt: (offsetBytes) =>
    reply(350, `Restarting at ${offsetBytes}. Send STORE or RETRIEVE to initiate transfer`),
  transferringRange: (firstByte, lastByte) => {
    const count = lastByte - firstByte + 1;
    return reply(
      350,
      `Transferring byte range of ${count} ${count === 1 ? 'byte' : 'bytes'} starting from ${firstByte}`,
    );
  },
  renameReady: () => reply(350, 'File or directory exists, ready for destination name'),
  commandSuccessful: (code, verb) => reply(code, `${verb} command successful`),
  passwordRequired: (user) => reply(331, `Password required for ${user}`),
  loggedIn: (user) => reply(230, `User ${user} logged in`),
  loginIncorrect: () => reply(530, 'Login incorrect.'),
  loginNeeded: () => reply(530, 'Please login with USER and PASS'),
  unknownCommand: (verb) => reply(500, `${shorten(verb)} not understood`),
  unknownSiteCommand: (name) => reply(500, `'SITE ${shorten(name)}' not understood`),
  unknownOption: (name) => reply(500, `OPTS ${shorten(name)} not understood`),
  commandTooLong: () => reply(500, 'Command line too long'),
  badSequence: () => reply(503, 'Bad sequence of commands'),
  goodbye: () => reply(221, 'Goodbye.'),
  noDataConnection: (reason) => reply(425, `Unable to build data connection: ${reason}`),
};

/** Unknown words are not echoed at length: the reply may reach a browser that was led here (ALPACA). */
function shorten(word: string): string {
  return word.length > 64 ? `${word.slice(0, 64)}...` : word;
}
