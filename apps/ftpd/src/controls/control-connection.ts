import type { Socket } from 'node:net';
import type { ControlAnswer } from '@ftpd/module';
import { answerPieces } from './answer-frame.ts';
import { createReceivedBytes } from './received-bytes.ts';
import { readRequest, type RequestForm, type RequestFrame } from './request-frame.ts';

export interface ConnectionLimits {
  /** Until the request is there, and again until the client has taken the answer. */
  readonly clientMs: number;
  /** For the action. */
  readonly actionMs: number;
}

export const connectionLimits: ConnectionLimits = { clientMs: 5000, actionMs: 30_000 };

/** Answers a request. Must not reject. */
export type AnswerRequest = (request: RequestFrame, signal: AbortSignal) => Promise<ControlAnswer>;

export interface ConnectionOptions {
  readonly answer: AnswerRequest;
  readonly onBadRequest: (reason: string) => void;
  readonly limits?: ConnectionLimits;
}

/** Reads one request from a connection, answers it and closes. Resolves when the connection is gone. */
export function serveControlConnection(
  socket: Socket,
  { answer, onBadRequest, limits = connectionLimits }: ConnectionOptions,
): Promise<void> {
  const received = createReceivedBytes();
  const gone = new AbortController();
  let timer = setTimeout(() => socket.destroy(), limits.clientMs);

  function finish(pieces: readonly Uint8Array[]): void {
    clearTimeout(timer);
    timer = setTimeout(() => socket.destroy(), limits.clientMs);
    for (const piece of pieces) socket.write(piece);
    socket.end();
  }

  function refuse(form: RequestForm, reason: string): void {
    onBadRequest(reason);
    finish(
      answerPieces(
        { status: 'wrong-parameters', lines: [`bad request: ${reason}`] },
        { form, wantsData: false },
      ),
    );
  }

  async function act(request: RequestFrame): Promise<void> {
    clearTimeout(timer);
    const signal = AbortSignal.any([gone.signal, AbortSignal.timeout(limits.actionMs)]);
    const late = new Promise<ControlAnswer>((resolve) => {
      signal.addEventListener('abort', () =>
        resolve({ status: 'internal', lines: [`no answer within ${limits.actionMs / 1000} s`] }),
      );
    });
    const given = await Promise.race([answer(request, signal), late]);
    if (!socket.destroyed) finish(answerPieces(given, request));
  }

  function take(chunk: Buffer): void {
    const bytes = received.add(chunk);
    if (bytes === undefined) return;
    const read = readRequest(bytes);
    if (read.kind === 'incomplete') {
      received.wait(read.atLeast);
      return;
    }
    // What follows is nobody's request: it is read and thrown away, so that the answer arrives.
    socket.off('data', take);
    socket.resume();
    if (read.kind === 'request') void act(read.request);
    else refuse(read.form, read.reason);
  }

  return new Promise((resolve) => {
    socket.on('data', take);
    socket.on('end', () => {
      if (socket.listenerCount('data') > 0) socket.destroy();
    });
    // It is closed then, and who asked knows.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      gone.abort();
      resolve();
    });
    socket.resume();
  });
}
