import { receiveMessageOnPort, workerData } from 'node:worker_threads';
import { becomeOnThread, posixSupport, separateThread, threadUmask } from '@ftpd/posix';
import { control as slots } from '../privileged/worker-protocol.ts';
import type {
  FileIdentity,
  Operations,
  RequestBatch,
  RequestMessage,
  WorkerAnswer,
  WorkerData,
  WorkerReady,
} from '../privileged/worker-protocol.ts';
import { closeAllBut, forgetAll, noteDescriptorsIn } from './descriptors.ts';
import { WouldCross, failureOf } from './failures.ts';
import { allowCrossing } from './jail.ts';
import { setOwnUmask } from './new-modes.ts';
import { operations } from './operations.ts';

/**
 * Two users without rights. A thread becomes both, for the process may be one of them already, and stays the second until
 * its first operation.
 */
const nobodies = [
  { uid: 65_533, gid: 65_533, groups: [65_532] },
  { uid: 65_534, gid: 65_534, groups: [] },
];

const { port, control, separatesThread } = workerData as WorkerData;

function prepare(): WorkerReady {
  const { isAvailable, reason = 'no reason was given' } = posixSupport();
  if (!isAvailable) return { isReady: false, reason };
  const hasOwnUmask = separatesThread && separate();
  setOwnUmask(hasOwnUmask);
  try {
    for (const nobody of nobodies) becomeOnThread(nobody);
  } catch (error) {
    return { isReady: false, reason: failureOf(error).message };
  }
  return { isReady: true, hasOwnUmask };
}

function separate(): boolean {
  try {
    separateThread();
  } catch {
    return false;
  }
  threadUmask(0);
  return true;
}

/** Of the last request that came, done or not. */
let wanted: FileIdentity | undefined;
/** Whom the thread acts as. */
let identity: FileIdentity | undefined;

function perform([serial, operation, , root, mayCross, ...rest]: RequestMessage): WorkerAnswer {
  try {
    become();
  } catch (error) {
    return [serial, 'lost', failureOf(error)];
  }
  try {
    allowCrossing(mayCross);
    const run = operations[operation] as (root: number, ...rest: readonly unknown[]) => unknown;
    const value = run(root, ...rest);
    closeAllBut(handedOver(value));
    return [serial, 'value', value];
  } catch (error) {
    closeAllBut(undefined);
    return error instanceof WouldCross ? [serial, 'crosses'] : [serial, 'failure', failureOf(error)];
  }
}

function become(): void {
  if (wanted === undefined || wanted.uid === 0) throw new Error('no session acts as root');
  if (wanted === identity) return;
  identity = undefined;
  becomeOnThread(wanted);
  identity = wanted;
}

/** The descriptor that an answer gives away. */
function handedOver(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  const { descriptor } = (value ?? {}) as Partial<ReturnType<Operations['openRead']>>;
  return descriptor;
}

/** @returns false when the thread must do nothing any more. */
function answer(request: RequestMessage): boolean {
  const [serial, , newIdentity] = request;
  wanted = newIdentity ?? wanted;
  Atomics.store(control, slots.begun, serial);
  const isBarred = Atomics.load(control, slots.barred) === 1;
  const told: WorkerAnswer = isBarred ? [serial, 'returned'] : perform(request);
  port.postMessage(told);
  forgetAll();
  Atomics.store(control, slots.answered, serial);
  return told[1] !== 'lost';
}

/** Sleeps without an event loop between two messages: half as long a way as by events. */
function serve(): void {
  for (let seen = 0; ;) {
    Atomics.wait(control, slots.wake, seen);
    seen = Atomics.load(control, slots.wake);
    for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) {
      const requests = (next as { readonly message: RequestBatch }).message;
      const startedAtMs = performance.now();
      if (!requests.every(answer)) return;
      const tookMs = performance.now() - startedAtMs;
      Atomics.store(control, slots.usualUs, Math.ceil((tookMs * 1000) / requests.length));
    }
  }
}

noteDescriptorsIn(control);
const ready = prepare();
port.postMessage(ready);
if (ready.isReady) serve();
