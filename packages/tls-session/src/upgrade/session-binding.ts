import { EventEmitter } from 'node:events';
import type { TLSSocket } from 'node:tls';
import { readSessionFields, sessionBegunAt } from './session-fields.ts';

/** Tickets of one control connection that are remembered; each data connection may bring one or two. */
const maxKeys = 256;

type GiveSession = (error: Error | null, session: Buffer | null) => void;

/**
 * Knows by which sessions a data connection belongs to its control connection.
 * Up to TLS 1.2 that is the control connection's own session, by its id; with 1.3 any that was given out as a ticket on
 * the control connection or on one of its data connections, by its key, which nobody else has.
 */
export class SessionBinding {
  readonly #keys = new Set<string>();
  readonly #now: () => number;
  #session: Buffer | undefined;
  #id: Buffer | undefined;

  /** @param now - ms since the epoch. */
  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Remembers the tickets that go out on a connection with this emitter. */
  watch(emitter: EventEmitter): void {
    emitter.on('newSession', (_id: Buffer, session: Buffer) => this.#remember(session));
  }

  /** The control connection's handshake is done. */
  bind(control: TLSSocket): void {
    const session = control.getSession();
    if (!session) return;
    if (control.getProtocol() === 'TLSv1.3') {
      // A resumed one: after a full handshake there is no key in it yet.
      if (control.isSessionReused()) this.#remember(session);
      return;
    }
    this.#session = session;
    this.#id = readSessionFields(session)?.id;
  }

  /** The emitter of a data connection: it finds this control connection's session and no other, and stores none. */
  dataEmitter(): EventEmitter {
    const emitter = new EventEmitter();
    this.watch(emitter);
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
    if (data.getProtocol() === 'TLSv1.3') return this.#keys.has(fields.masterKey.toString('base64'));
    return this.#id?.equals(fields.id) === true && this.#id.length > 0;
  }

  #remember(session: Buffer): void {
    const key = readSessionFields(session)?.masterKey;
    if (!key || key.length === 0) return;
    const text = key.toString('base64');
    // The newest last: a client that comes back with the oldest of so many has others.
    this.#keys.delete(text);
    this.#keys.add(text);
    const [oldest] = this.#keys;
    if (this.#keys.size > maxKeys && oldest !== undefined) this.#keys.delete(oldest);
  }
}
