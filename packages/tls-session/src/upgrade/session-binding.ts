import { EventEmitter } from 'node:events';
import type { TLSSocket } from 'node:tls';
import { readSessionFields, sessionBegunAt } from './session-fields.ts';

/** Tickets of one control connection that are remembered; each data connection may bring one or two. Those used last stay. */
const maxKeys = 256;

const nothing = (): void => {};

type GiveSession = (error: Error | null, session: Buffer | null) => void;

/**
 * Knows by which sessions a data connection belongs to its control connection.
 * Up to TLS 1.2 that is the control connection's own session, by its id; with 1.3 any that was given out as a ticket on
 * the control connection or on one of its data connections, by its key, which nobody else has.
 */
export class SessionBinding {
  /** With what lets go of their ticket keys. The newest, or last used, last. */
  readonly #keys = new Map<string, () => void>();
  #release: (() => void) | undefined;
  #isClosed = false;
  readonly #now: () => number;
  #session: Buffer | undefined;
  #id: Buffer | undefined;

  /** @param now - ms since the epoch. */
  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /**
   * Remembers the tickets that go out on a connection with this emitter.
   * @param hold - Holds the key of the ticket that was made just now, and returns what lets go of it.
   */
  watch(emitter: EventEmitter, hold: () => () => void = () => nothing): void {
    emitter.on('newSession', (_id: Buffer, session: Buffer) => {
      this.#remember(session, hold());
    });
  }

  /** Lets go of something with this binding. */
  onClose(release: () => void): void {
    this.#release = release;
  }

  /** The control connection is gone: nothing resumes its sessions any more. */
  close(): void {
    this.#isClosed = true;
    this.#release?.();
    for (const release of this.#keys.values()) release();
    this.#keys.clear();
  }

  /** The control connection's handshake is done. */
  bind(control: TLSSocket): void {
    const session = control.getSession();
    if (!session) return;
    if (control.getProtocol() === 'TLSv1.3') {
      // A resumed one: after a full handshake there is no key in it yet.
      if (control.isSessionReused()) this.#remember(session, nothing);
      return;
    }
    this.#session = session;
    this.#id = readSessionFields(session)?.id;
  }

  /**
   * The emitter of a data connection: it finds this control connection's session and no other, and stores none.
   * @param hold - As in `watch`.
   */
  dataEmitter(hold?: () => () => void): EventEmitter {
    const emitter = new EventEmitter();
    this.watch(emitter, hold);
    emitter.on('newSession', (_id: Buffer, _session: Buffer, done: () => void) => done());
    emitter.on('resumeSession', (id: Buffer, give: GiveSession) => {
      const isOwn = this.#session !== undefined && this.#id?.equals(id) === true;
      give(null, isOwn ? sessionBegunAt(this.#session!, Math.floor(this.#now() / 1000)) : null);
    });
    return emitter;
  }

  /** Whether a data connection, its handshake done, resumed a session of this control connection. */
  isResumedBy(data: TLSSocket): boolean {
    const session = data.isSessionReused() ? data.getSession() : undefined;
    const fields = session && readSessionFields(session);
    if (!fields) return false;
    if (data.getProtocol() === 'TLSv1.3') return this.#isUsed(fields.masterKey.toString('base64'));
    return this.#id?.equals(fields.id) === true && this.#id.length > 0;
  }

  #remember(session: Buffer, release: () => void): void {
    const key = readSessionFields(session)?.masterKey;
    if (!key || key.length === 0 || this.#isClosed) {
      release();
      return;
    }
    const text = key.toString('base64');
    this.#forget(text);
    this.#keys.set(text, release);
    const [oldest] = this.#keys.keys();
    if (this.#keys.size > maxKeys && oldest !== undefined) this.#forget(oldest);
  }

  #forget(key: string): void {
    this.#keys.get(key)?.();
    this.#keys.delete(key);
  }

  /** Some clients come back with their first ticket each time, and are given new ones all the same. */
  #isUsed(key: string): boolean {
    const release = this.#keys.get(key);
    if (!release) return false;
    this.#keys.delete(key);
    this.#keys.set(key, release);
    return true;
  }
}
