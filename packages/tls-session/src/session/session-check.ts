import type { SessionRecord } from './session-record.ts';

export interface SessionRules {
  readonly id: Uint8Array;
  /** The session id context of this server. */
  readonly context: Uint8Array;
  /** Whether a context of another virtual host of ProFTPD will do. */
  readonly takesProftpdContexts: boolean;
  readonly clientVerification: 'none' | 'optional' | 'required';
  readonly nowMs: number;
}

/** Clocks of a pool may differ so much. */
const maxSkewS = 300;
const maxLifetimeS = 7 * 24 * 3600;

/** Start, timeout, certificate, context, verification, name, flags, ALPN, group: no tickets, no keys of TLS 1.3. */
const fieldsById = [1, 2, 3, 4, 5, 6, 13, 16, 19].reduce((bits, number) => bits | (1 << number), 0);

/** Whether a session is one that a client names by its id: up to TLS 1.2, without a ticket. */
export function isById({ version, id, fields }: SessionRecord): boolean {
  return version >= 0x301 && version <= 0x303 && id.length > 0 && (fields & ~fieldsById) === 0;
}

/** @returns why a session must not be resumed here, undefined if it may. */
export function faultOf(session: SessionRecord, rules: SessionRules): string | undefined {
  const { clientVerification, nowMs } = rules;
  const nowS = nowMs / 1000;
  if (!isById(session)) return 'it is none that is resumed by its id';
  if (!isEqual(session.id, rules.id)) return 'it has another id';
  if (session.masterKey.length !== 48) return 'its master key has another length';
  if (!isEqual(session.context, rules.context) && !(rules.takesProftpdContexts && isProftpd(session.context)))
    return 'it was made in another context';
  if (session.startS > nowS + maxSkewS) return 'it was made in the future';
  if (session.timeoutS > maxLifetimeS) return 'it lives too long';
  if (session.startS + session.timeoutS <= nowS) return 'it has ended';
  if (session.verifyResult !== 0) return 'its client was not verified';
  if (session.peerCertificate !== undefined && clientVerification === 'none')
    return 'it has a client certificate, which nobody asks for here';
  if (session.peerCertificate === undefined && clientVerification === 'required')
    return 'it has no client certificate';
  return undefined;
}

/** The number of a virtual server, in the byte order of the machine. */
function isProftpd(context: Uint8Array): boolean {
  return context.length === 4 && context[2] === 0 && context[3] === 0;
}

export function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false;
  return true;
}

/** @returns a copy of the session in another context of the same length. */
export function inContext(der: Uint8Array, session: SessionRecord, context: Uint8Array): Buffer {
  const copy = Buffer.from(der);
  copy.set(context, session.context.byteOffset - der.byteOffset);
  return copy;
}
