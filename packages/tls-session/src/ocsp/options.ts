import type { Cache, PoolSecret } from '@ftpd/cache';
import type { EventEmitter } from 'node:events';
import type { SecureContext } from 'node:tls';
import type { OcspFetch } from './fetch-response.ts';
import type { OcspEvent } from './ocsp-events.ts';
import type { ProftpdOcspStore } from './proftpd-record.ts';

export interface OcspStaplerOptions {
  /** Where answers are shared; stays the caller's. Default: they stay in this process. */
  readonly cache?: Cache;
  /** Seals the records of our own in the cache. Default: they are in clear, as what they hold is public, and verified. */
  readonly secret?: PoolSecret;
  /** Also reads and writes the records of ProFTPD's TLSStaplingCache in the same cache. Default: not. */
  readonly proftpd?: { readonly store: ProftpdOcspStore };
  /** Asked instead of those that a certificate names (TLSStaplingResponder). http or https. */
  readonly responderUrl?: string;
  /** Certificates of authorities, DER or PEM, for what a server does not send itself. Default: none. */
  readonly issuers?: readonly (string | Uint8Array)[];
  /** How long responders may take, ms, 1 to 600,000 (TLSStaplingTimeout). Default 10,000. */
  readonly timeoutMs?: number;
  /** How long the first handshakes of a certificate wait for an answer, ms, 0 to 10,000. Default 500. */
  readonly handshakeWaitMs?: number;
  /** How long the cache may take, ms, 1 to 10,000. Default 1000. */
  readonly cacheDeadlineMs?: number;
  /** Sends a nonce, and refuses an answer with another one. Default false: many responders have none in their answers. */
  readonly usesNonce?: boolean;
  /** Who signed an answer does not count (`TLSStaplingOptions NoVerify`). Default false. */
  readonly ignoresSignature?: boolean;
  /**
   * Staples a `tryLater` where nothing is known, as ProFTPD does without `TLSStaplingOptions NoFakeTryLater`: clients that
   * insist on an answer take it for none. It is never shared. Default false.
   */
  readonly givesTryLater?: boolean;
  /** How many certificates are remembered, 1 to 10,000; the least recently used one is forgotten. Default 100. */
  readonly maxCertificates?: number;
  /** Default: nobody is told. */
  readonly onEvent?: (event: OcspEvent) => void;
  /** How responders are asked. Default: HTTP POST. */
  readonly fetch?: OcspFetch;
  /** ms since the epoch. Default `Date.now`. */
  readonly now?: () => number;
  /** 0 to 1. Default `Math.random`. */
  readonly random?: () => number;
}

/** Staples OCSP answers to the handshakes of a process. Never lets a handshake fail, and never waits for a responder twice. */
export interface OcspStapler {
  /**
   * The answer for a certificate (DER), if one is known; if none is, it is fetched, and who asks first waits for
   * `handshakeWaitMs` at the most. Also what to call when a server starts, so that its first client gets one.
   * @param issuer - DER. Default: the one among `issuers` that has signed it.
   * @returns undefined if nothing is to be stapled.
   */
  staple(certificate: Uint8Array, issuer?: Uint8Array): Promise<Buffer | undefined>;
  /**
   * Answers `OCSPRequest` of a `tls.Server`, or of the emitter that a `tls.TLSSocket` got as `server`.
   * @param context - For an emitter that is no `tls.Server`: the connection's context, without which Node.js would not ask.
   * @returns ends that.
   */
  attach(emitter: EventEmitter, context?: SecureContext): () => void;
  /** Gives up what is under way, and ends timers. The cache stays open. */
  close(): void;
}
