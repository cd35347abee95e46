import { connect, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { encodeName } from '@ftpd/storage';
import { createReceivedBytes } from '../controls/received-bytes.ts';
import type { RequestForm } from '../controls/request-frame.ts';
import { integer, withLength } from '../controls/word-bytes.ts';
import { readAnswer, type Answer } from './answer.ts';
import { Failure, ownExitCodes } from './exit-codes.ts';

export interface ControlWords {
  readonly action: string;
  readonly args: readonly string[];
  readonly wantsData: boolean;
}

export interface ExchangeOptions {
  readonly path: string;
  readonly timeoutMs: number;
  /** Steps, for `-v`. */
  readonly onStep: (text: string) => void;
}

/**
 * Asks a daemon: in the form of ProFTPD 1.3.9, and where it does not understand that, in that of 1.3.8.
 * @throws {Failure} if there is no answer.
 */
export async function exchange(words: ControlWords, options: ExchangeOptions): Promise<Answer> {
  const answer = await attempt(requestFrame(words, 'json'), options);
  if (answer?.form === 'json') return answer;
  options.onStep('the daemon speaks the protocol of ProFTPD 1.3.8');
  const older = await attempt(requestFrame(words, 'words'), options);
  if (older !== undefined) return older;
  throw new Failure(
    ownExitCodes.badAnswer,
    `the daemon at '${options.path}' closed the connection without an answer; its log may say why`,
  );
}

export function requestFrame({ action, args, wantsData }: ControlWords, form: RequestForm): Uint8Array {
  if (form === 'json')
    return withLength(Buffer.from(JSON.stringify({ action, args, ...(wantsData ? { data: true } : {}) })));
  const all = [action, ...args];
  return Buffer.concat([integer(0), integer(all.length), ...all.map((word) => withLength(encodeName(word)))]);
}

/** Undefined: the connection was closed instead of an answer. */
async function attempt(frame: Uint8Array, options: ExchangeOptions): Promise<Answer | undefined> {
  const { path, timeoutMs, onStep } = options;
  const deadline = AbortSignal.timeout(timeoutMs);
  onStep(`contacting server using '${path}'`);
  const socket = await connected(options, deadline);
  onStep('sending control request');
  socket.write(frame);
  onStep('receiving control response');
  return await answerOf(socket, options, deadline);
}

const crowdMs = 100;

/** ProFTPD lets few clients wait, and refuses others for the moment. */
async function connected(options: ExchangeOptions, deadline: AbortSignal): Promise<Socket> {
  for (;;) {
    try {
      return await connectedOnce(options.path);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EAGAIN')
        throw new Failure(
          ownExitCodes.noDaemon,
          connectFailure(options.path, error as NodeJS.ErrnoException),
          {
            cause: error,
          },
        );
      if (deadline.aborted) throw tooLate(options);
    }
    await setTimeout(crowdMs);
  }
}

function connectedOnce(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path });
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
    socket.once('error', reject);
  });
}

function answerOf(
  socket: Socket,
  options: ExchangeOptions,
  deadline: AbortSignal,
): Promise<Answer | undefined> {
  const { path } = options;
  const received = createReceivedBytes();
  return new Promise<Answer | undefined>((resolve, reject) => {
    const fail = (reason: string, cause?: unknown): void =>
      reject(
        new Failure(
          ownExitCodes.badAnswer,
          `the answer of the daemon at '${path}' can't be read: ${reason}`,
          cause === undefined ? {} : { cause },
        ),
      );
    deadline.addEventListener('abort', () => reject(tooLate(options)));
    socket.on('data', (chunk) => {
      const bytes = received.add(chunk);
      if (bytes === undefined) return;
      const read = readAnswer(bytes);
      if (read.kind === 'answer') resolve(read.answer);
      else if (read.kind === 'bad') fail(read.reason);
      else received.wait(read.atLeast);
    });
    socket.on('end', () => {
      if (received.byteCount === 0) resolve(undefined);
      else fail('it ends too early');
    });
    socket.on('error', (error) => {
      if (received.byteCount === 0) resolve(undefined);
      else fail(error.message, error);
    });
  }).finally(() => socket.destroy());
}

function tooLate({ path, timeoutMs }: ExchangeOptions): Failure {
  return new Failure(
    ownExitCodes.noAnswerInTime,
    `the daemon at '${path}' gave no answer within ${timeoutMs / 1000} s`,
  );
}

/** What to do, by the error of connect(2). */
const advice: Readonly<Record<string, (path: string) => string>> = {
  ENOENT: (path) =>
    `no daemon listens at '${path}': start it with ControlsEngine on, or name its ControlsSocket with -s`,
  ECONNREFUSED: (path) =>
    `no daemon listens at '${path}' any more, the socket was left behind: start it again, or name its ControlsSocket with -s`,
  EACCES: mayNotConnect,
  EPERM: mayNotConnect,
};

function mayNotConnect(path: string): string {
  return `you may not connect to '${path}': try as root, or let ControlsACLs and ControlsSocketACL allow you`;
}

function connectFailure(path: string, { code = '', message }: NodeJS.ErrnoException): string {
  return advice[code]?.(path) ?? `error contacting server using '${path}': ${message}`;
}
