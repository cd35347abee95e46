import type { Socket } from 'node:net';
import type { Reply } from '@ftpd/protocol';
import type { DataPort } from '../data/data-port.ts';
import type { TransferRecord } from '../hooks.ts';
import { asciiSink, asciiSource } from './ascii.ts';
import type { TransferBuffers } from './buffer-pool.ts';
import { outcomeReply } from './outcome-replies.ts';
import { createPace } from './pace.ts';
import type { TransferOutcome, TransferPlan } from './plan.ts';
import { limitedSink, TooManyBytes } from './limited-sink.ts';
import { receive } from './receive.ts';
import { ConnectionLost } from './connection-watch.ts';
import { openPrivate, type SecureData } from './private-data.ts';
import { kernelSender, sendByKernel } from './send-by-kernel.ts';
import { send } from './send.ts';

/** What the runner needs of a session. */
export interface TransferHost {
  readonly dataPort: DataPort;
  readonly buffers: TransferBuffers;
  readonly now: () => number;
  readonly lingerMs: number;
  /** Makes the data connection a private one. Absent: it stays in clear. */
  readonly secure?: SecureData;
  /** The data connection stands; the reply is sent at once (the 150 line). */
  readonly begin: (opening: Reply) => void;
  readonly onBytes: (direction: 'send' | 'receive', count: number) => void;
  readonly onRecord: (record: TransferRecord) => void;
}

/** The reason given to a transfer's AbortController. */
export class TransferAborted extends Error {
  readonly failure: 'aborted' | 'session-ended';

  constructor(failure: 'aborted' | 'session-ended') {
    super(failure);
    this.failure = failure;
  }
}

function failureOf(
  error: unknown,
  signal: AbortSignal,
): Omit<Extract<TransferOutcome, { isComplete: false }>, 'bytes'> {
  if (signal.aborted && signal.reason instanceof TransferAborted)
    return { isComplete: false, failure: signal.reason.failure };
  if (error instanceof ConnectionLost) return { isComplete: false, failure: 'connection-lost', cause: error };
  if (error instanceof TooManyBytes) return { isComplete: false, failure: 'limit', cause: error };
  return { isComplete: false, failure: 'storage', cause: error };
}

/** Gives the client time to take what is on its way, but not for ever. */
function linger(socket: Socket, lingerMs: number): void {
  socket.on('error', () => {});
  socket.resume();
  if (lingerMs > 0) socket.setTimeout(lingerMs, () => socket.destroy());
  else socket.destroy();
}

async function move(
  plan: TransferPlan,
  socket: Socket,
  host: TransferHost,
  signal: AbortSignal,
): Promise<void> {
  const pace = createPace(plan.rate, signal, host.now);
  const onBytes = (count: number): void => host.onBytes(plan.direction, count);
  if (plan.direction === 'receive') {
    const limited = plan.maxBytes === undefined ? plan.sink : limitedSink(plan.sink, plan.maxBytes);
    if (plan.type === 'I') return receive(limited, socket, onBytes, pace, host.buffers.receive);
    const ascii = asciiSink(limited);
    await receive(ascii.sink, socket, onBytes, pace, host.buffers.receive);
    await ascii.flush();
    return;
  }
  // At a rate, big pieces would come in bursts with long pauses between.
  const isWhole = plan.type === 'I' && !pace && plan.part !== undefined;
  const sender = isWhole ? kernelSender(plan.part, socket, plan.expectedBytes ?? 0) : undefined;
  const pool = host.buffers.send;
  const lent = pool.take(pace || sender ? 0 : plan.expectedBytes);
  let isSent = false;
  try {
    if (sender && plan.part) await sendByKernel(plan.part, sender, socket, lent[0]!, onBytes, host.now);
    else await send(plan.type === 'A' ? asciiSource(plan.source) : plan.source, socket, lent, onBytes, pace);
    isSent = true;
  } finally {
    pool.giveBack(lent, isSent);
  }
}

async function connectAndMove(
  plan: TransferPlan,
  host: TransferHost,
  signal: AbortSignal,
  count: () => number,
): Promise<TransferOutcome> {
  let socket: Socket;
  try {
    socket = await host.dataPort.open(signal);
  } catch (cause) {
    if (signal.aborted) return { ...failureOf(cause, signal), bytes: 0 };
    return { isComplete: false, bytes: 0, failure: 'unconnected', cause };
  }
  socket.on('error', () => {});
  const cut = (): void => {
    socket.destroy();
  };
  signal.addEventListener('abort', cut, { once: true });
  // The end of what is sent in the clear is answered by closing, when all is written: to end our side alone before costs
  // as much again.
  const isPlainUpload = plan.direction === 'receive' && !host.secure;
  if (isPlainUpload) socket.allowHalfOpen = true;
  try {
    if (host.secure) {
      const begin = (): void => host.begin(plan.opening);
      try {
        socket = await openPrivate(host.secure, socket, plan.direction, begin, signal);
      } catch (cause) {
        // What has not begun changes no file: as if no connection had come.
        if (signal.aborted) return { ...failureOf(cause, signal), bytes: 0 };
        return { isComplete: false, bytes: 0, failure: 'unconnected', cause };
      }
      await plan.begin?.();
    } else {
      await plan.begin?.();
      host.begin(plan.opening);
    }
    await move(plan, socket, host, signal);
    if (isPlainUpload) socket.destroy();
    else linger(socket, host.lingerMs);
    return { isComplete: true, bytes: count() };
  } catch (error) {
    socket.destroy();
    return { ...failureOf(error, signal), bytes: count() };
  } finally {
    signal.removeEventListener('abort', cut);
  }
}

/** What fails only at the end (a rename, a close) makes a transfer that seemed whole a failed one. */
async function finish(plan: TransferPlan, outcome: TransferOutcome): Promise<Reply | undefined> {
  try {
    return await plan.finish(outcome);
  } catch (cause) {
    return outcomeReply({ isComplete: false, bytes: outcome.bytes, failure: 'storage', cause });
  }
}

/**
 * Does what a plan says: data connection, 150, the bytes, and the last reply.
 * The only place where data connections are opened, used and closed.
 */
export async function runTransfer(
  plan: TransferPlan,
  verb: string,
  host: TransferHost,
  signal: AbortSignal,
): Promise<Reply> {
  const startedAtMs = host.now();
  let bytes = 0;
  const counting: TransferHost = {
    ...host,
    onBytes: (direction, count) => {
      bytes += count;
      host.onBytes(direction, count);
    },
  };
  const outcome = await connectAndMove(plan, counting, signal, () => bytes);
  const reply = (await finish(plan, outcome)) ?? outcomeReply(outcome);
  host.onRecord({
    verb,
    direction: plan.direction === 'send' ? 'sent' : 'received',
    path: plan.path,
    bytes: outcome.bytes,
    startedAtMs,
    durationMs: host.now() - startedAtMs,
    type: plan.type,
    isComplete: outcome.isComplete,
    ...(outcome.isComplete ? {} : { failure: outcome.failure }),
  });
  return reply;
}
