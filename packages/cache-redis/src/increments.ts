import type { CacheCall } from '@ftpd/cache';
import { keyArgument } from './bytes.ts';
import type { Argument } from './connection.ts';
import { asFailure, replyWordOf } from './failures.ts';
import { asCounter, asList } from './replies.ts';
import type { Router } from './router.ts';
import { incrementManyScript, incrementScript, runScript } from './scripts.ts';

/** Delta, unit and time of a lifetime (empty: none). */
type Arguments = readonly [delta: string, unit: string, time: string];

interface Increment {
  readonly key: Argument;
  readonly args: Arguments;
  readonly call: CacheCall;
  readonly resolve: (count: number) => void;
  readonly reject: (error: unknown) => void;
}

/** What is asked while this goes round comes first. */
const turnEnd = Promise.resolve();

/** All keys are on one server. */
const noKey = new Uint8Array();

/** What one script does at the most: meanwhile the server does nothing else. */
const maxTogether = 64;
/** Fewer are not worth a script of their own. */
const leastTogether = 8;

/**
 * Counts. The increments of one turn of the event loop go out as one script, where all keys are on one server: a command
 * costs the client and the server more than what it does here.
 * @returns what increments; its key is read at once.
 */
export function createIncrements(
  router: Router,
): (key: Buffer, args: Arguments, call: CacheCall) => Promise<number> {
  let queue: Increment[] = [];

  const runAlone = (key: Argument, args: Arguments, call: CacheCall): Promise<number> =>
    runScript(router, incrementScript, key, args, asCounter, call);

  const runTogether = async (increments: readonly Increment[], isKnown: boolean): Promise<void> => {
    const { text, digest } = incrementManyScript;
    const [first] = increments;
    if (first === undefined) return;
    const request = {
      name: isKnown ? 'evalsha' : 'eval',
      args: [
        isKnown ? digest : text,
        String(increments.length),
        ...increments.map(({ key }) => key),
        ...increments.flatMap(({ args }) => args),
      ],
      read: (reply: unknown) => asList(reply, increments.length),
    };
    try {
      for (const [at, answer] of (await router.run(noKey, request, first.call)).entries())
        settle(increments[at] as Increment, answer);
    } catch (error) {
      // Nothing was done yet, and nothing may be for those who have gone.
      if (isKnown && replyWordOf(error) === 'NOSCRIPT') {
        await runTogether(
          increments.filter(({ call }) => !call.isOver),
          false,
        );
        return;
      }
      for (const { reject } of increments) reject(error);
    }
  };

  const flush = (): void => {
    const waiting = queue.filter(({ call }) => !call.isOver);
    queue = [];
    if (waiting.length === 1 || !router.isReady)
      for (const { key, args, call, resolve, reject } of waiting)
        runAlone(key, args, call).then(resolve, reject);
    else {
      // Some at a time: while the server does the next ones, the client reads the answers to the first.
      const length = Math.min(maxTogether, Math.max(leastTogether, Math.ceil(waiting.length / 2)));
      for (let at = 0; at < waiting.length; at += length)
        void runTogether(waiting.slice(at, at + length), true);
    }
  };

  return (key, args, call) => {
    if (!router.isReady) return runAlone(key, args, call);
    return new Promise((resolve, reject) => {
      queue.push({ key: keyArgument(key), args, call, resolve, reject });
      // Costs less than queueMicrotask, which keeps account of who asked.
      if (queue.length === 1) void turnEnd.then(flush);
    });
  };
}

function settle({ resolve, reject }: Increment, answer: unknown): void {
  try {
    resolve(asCounter(answer));
  } catch (error) {
    const text = Buffer.isBuffer(answer) ? answer.toString('latin1') : '';
    reject(/^[A-Z]/.test(text) ? asFailure(replyError(text)) : error);
  }
}

/** As the client makes one of an error that was answered alone. */
function replyError(text: string): Error {
  return Object.assign(new Error(text), { name: 'ReplyError' });
}
