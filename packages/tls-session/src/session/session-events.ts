import type { EventEmitter } from 'node:events';
import type { SessionKind } from '../events.ts';
import type { SessionStore } from './session-store.ts';

type Stored = () => void;
type Found = (error: Error | null, session: Buffer | null) => void;

/** More than the cache's own deadline, which comes first. */
const graceMs = 100;

/**
 * Answers what a server asks while it holds a handshake: always, and in time.
 * @returns ends that.
 */
export function answerSessionEvents(
  emitter: EventEmitter,
  kind: SessionKind,
  sessions: SessionStore,
  deadlineMs: number,
): () => void {
  if (kind === 'tickets') return () => {};
  const onNew = (id: Buffer, session: Buffer, done: Stored): void => {
    void (async () => {
      await within(sessions.store(id, session), deadlineMs + graceMs);
      done();
    })();
  };
  const onResume = (id: Buffer, done: Found): void => {
    void (async () => {
      done(null, (await within(sessions.find(id), deadlineMs + graceMs)) ?? null);
    })();
  };
  emitter.on('newSession', onNew);
  emitter.on('resumeSession', onResume);
  return () => {
    emitter.off('newSession', onNew);
    emitter.off('resumeSession', onResume);
  };
}

/** @returns undefined if it failed, or took longer. */
async function within<Value>(promise: Promise<Value>, ms: number): Promise<Value | undefined> {
  return await new Promise((resolve) => {
    const timer = setTimeout(resolve, ms, undefined);
    const end = (value: Value | undefined): void => {
      clearTimeout(timer);
      resolve(value);
    };
    promise.then(end, () => {
      end(undefined);
    });
  });
}
