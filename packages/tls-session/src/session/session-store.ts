import { X509Certificate } from 'node:crypto';
import { isTlsError, TlsError } from '../errors.ts';
import type { TlsSessionEvent } from '../events.ts';
import type { CacheWatch } from '../cache-watch.ts';
import type { FarSessions } from './far-sessions.ts';
import type { NearSessions } from './near-sessions.ts';
import { faultOf, inContext, isById, isEqual } from './session-check.ts';
import { readSession } from './session-record.ts';

export interface SessionStoreOptions {
  readonly near: NearSessions;
  readonly far: FarSessions | undefined;
  readonly watch: CacheWatch;
  /** As bytes. */
  readonly context: Uint8Array;
  readonly clientVerification: 'none' | 'optional' | 'required';
  /** Whether far sessions are ProFTPD's. */
  readonly isProftpd: boolean;
  readonly sessionTtlMs: number;
  readonly verifyAgain: (certificate: X509Certificate) => string | undefined;
  readonly onEvent: (event: TlsSessionEvent) => void;
  readonly now: () => number;
}

/** Sessions by their ids. Nothing here fails: what can't be had is not there. */
export interface SessionStore {
  find(id: Uint8Array): Promise<Buffer | undefined>;
  store(id: Uint8Array, der: Uint8Array): Promise<void>;
  remove(id: Uint8Array): Promise<void>;
}

const maxIdBytes = 32;

export function createSessionStore(options: SessionStoreOptions): SessionStore {
  const { near, far, watch, context, clientVerification, isProftpd, sessionTtlMs, now, onEvent } = options;
  const isId = (id: Uint8Array): boolean => id.length > 0 && id.length <= maxIdBytes;

  /** @throws {TlsError} TLS_BAD_SESSION, TLS_UNTRUSTED */
  const checked = (id: Uint8Array, der: Uint8Array, takesProftpdContexts: boolean): Buffer => {
    const session = readSession(der);
    const fault =
      session === undefined
        ? 'it is no session'
        : faultOf(session, { id, context, takesProftpdContexts, clientVerification, nowMs: now() });
    if (session === undefined || fault !== undefined)
      throw new TlsError('TLS_BAD_SESSION', `A session can not be resumed: ${fault}`);
    if (session.peerCertificate !== undefined) {
      const untrusted = faultOfPeer(session.peerCertificate, options.verifyAgain);
      if (untrusted !== undefined)
        throw new TlsError(
          'TLS_UNTRUSTED',
          `The client certificate of a session is not trusted: ${untrusted}`,
        );
    }
    return isEqual(session.context, context) ? Buffer.from(der) : inContext(der, session, context);
  };

  const refuse = (error: unknown): undefined => {
    if (!isTlsError(error)) throw error;
    onEvent({ type: 'refused', what: error.code === 'TLS_UNTRUSTED' ? 'certificate' : 'session', error });
  };

  const findNear = (id: Uint8Array): Buffer | undefined => {
    const der = near.get(id);
    if (der === undefined) return undefined;
    try {
      return checked(id, der, false);
    } catch (error) {
      near.delete(id);
      return refuse(error);
    }
  };

  const findFar = async (id: Uint8Array): Promise<Buffer | undefined> => {
    if (far === undefined || !watch.isWorthAsking()) return undefined;
    try {
      const found = await far.get(id);
      watch.answered();
      if (found === undefined || found.endMs <= now()) return undefined;
      const der = checked(id, found.der, isProftpd);
      // ProFTPD's records can be changed by anybody who can write there: what comes of it must not stay.
      if (!isProftpd) near.set(id, der, Math.min(found.endMs, now() + sessionTtlMs));
      return der;
    } catch (error) {
      if (isTlsError(error)) return refuse(error);
      watch.failed(error);
      return undefined;
    }
  };

  return {
    async find(id) {
      if (!isId(id)) return undefined;
      const known = findNear(id);
      const der = known ?? (await findFar(id));
      onEvent(
        der === undefined
          ? { type: 'miss', kind: 'ids' }
          : { type: 'hit', kind: 'ids', from: known === undefined ? 'far' : 'near' },
      );
      return der;
    },

    async store(id, der) {
      const session = readSession(der);
      // A ticket's session is the client's to keep: nobody would ever ask for it here.
      if (session === undefined || !isById(session)) return;
      try {
        checked(id, der, false);
      } catch (error) {
        refuse(error);
        return;
      }
      const endMs = Math.min(
        session.startS * 1000 + sessionTtlMs,
        (session.startS + session.timeoutS) * 1000,
      );
      near.set(id, der, endMs);
      if (far === undefined || !watch.isWorthAsking()) {
        onEvent({ type: 'stored', from: 'near' });
        return;
      }
      try {
        await far.set(id, der, endMs);
        watch.answered();
        onEvent({ type: 'stored', from: 'far' });
      } catch (error) {
        watch.failed(error);
      }
    },

    async remove(id) {
      if (!isId(id)) return;
      near.delete(id);
      if (far === undefined) return;
      try {
        await far.delete(id);
        watch.answered();
      } catch (error) {
        watch.failed(error);
      }
    },
  };
}

function faultOfPeer(
  der: Uint8Array,
  verifyAgain: (certificate: X509Certificate) => string | undefined,
): string | undefined {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(der);
  } catch {
    return 'it can not be read';
  }
  return verifyAgain(certificate);
}
