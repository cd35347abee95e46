import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CertificateFacts } from './certificate.ts';
import type { OcspFetch } from './fetch-response.ts';
import type { OcspEvent } from './ocsp-events.ts';
import { encodeRequest } from './request.ts';
import type { SharedAnswers } from './shared-answers.ts';
import { ocspFaults, verifyResponse, type VerifiedResponse, type Verdict } from './verify.ts';

const nonceBytes = 32;
const firstRetryMs = 10_000;
/** However short an answer lives, and for a responder that gives the same one until it ends. */
const minPauseMs = 5_000;
const maxRetryMs = 300_000;
const pollMs = 250;
/** How much longer than its fetch a claim holds: for what comes before and after. */
const claimMarginMs = 5_000;
/** What nobody has asked for so long is not kept fresh any more. */
const idleMs = 86_400_000;
const maxTimerMs = 3_600_000;

export interface StapledCertificateSetup {
  readonly certificate: CertificateFacts;
  readonly issuer: CertificateFacts;
  readonly responderUrls: readonly string[];
  readonly shared: SharedAnswers | undefined;
  readonly fetch: OcspFetch;
  readonly timeoutMs: number;
  readonly handshakeWaitMs: number;
  readonly usesNonce: boolean;
  readonly ignoresSignature: boolean;
  readonly onEvent: (event: OcspEvent) => void;
  readonly now: () => number;
  readonly random: () => number;
}

/** Keeps the answer for one certificate fresh: one flight at a time, begun at half of an answer's life. */
export class StapledCertificate {
  readonly #setup: StapledCertificateSetup;
  readonly #subject: string;
  readonly #ending = new AbortController();
  readonly #waitEndMs: number;
  #current: VerifiedResponse | undefined;
  #nextMs = 0;
  #usedMs: number;
  #failures = 0;
  #flight: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(setup: StapledCertificateSetup) {
    this.#setup = setup;
    this.#subject = setup.certificate.certificate.subject?.replaceAll('\n', ', ') ?? '';
    this.#usedMs = setup.now();
    this.#waitEndMs = this.#usedMs + setup.handshakeWaitMs;
  }

  /** What is to be stapled now; only the first callers wait. */
  async answer(): Promise<Buffer | undefined> {
    const nowMs = this.#setup.now();
    this.#usedMs = nowMs;
    if (nowMs >= this.#nextMs) this.#refresh();
    const known = this.#known(nowMs);
    if (known !== undefined || this.#flight === undefined || nowMs >= this.#waitEndMs) return known;
    const late = new AbortController();
    await Promise.race([
      this.#flight,
      sleep(this.#waitEndMs - nowMs, undefined, { signal: late.signal }).catch(() => undefined),
    ]);
    late.abort();
    return this.#known(this.#setup.now());
  }

  close(): void {
    this.#ending.abort();
    clearTimeout(this.#timer);
  }

  #known(nowMs: number): Buffer | undefined {
    return this.#current !== undefined && nowMs < this.#current.endMs ? this.#current.bytes : undefined;
  }

  #refresh(): void {
    if (this.#flight !== undefined || this.#ending.signal.aborted) return;
    this.#flight = this.#find()
      .then((reason) => this.#settle(reason))
      .finally(() => {
        this.#flight = undefined;
      });
  }

  /** Says when to look again. @param reason - Why nothing was found; undefined if something was. */
  #settle(reason: string | undefined): void {
    if (this.#ending.signal.aborted) return;
    const { now, random, onEvent } = this.#setup;
    const nowMs = now();
    const spread = 0.9 + 0.2 * random();
    this.#failures = reason === undefined ? 0 : this.#failures + 1;
    const waitMs =
      reason === undefined && this.#current !== undefined
        ? (this.#current.endMs - nowMs) / 2
        : Math.min(firstRetryMs * 2 ** Math.min(this.#failures - 1, 10), maxRetryMs);
    const delayMs = Math.max(minPauseMs, Math.round(waitMs * spread));
    this.#nextMs = nowMs + delayMs;
    if (reason !== undefined) onEvent({ type: 'failed', subject: this.#subject, reason, retryMs: delayMs });
    this.#wakeAtNext();
  }

  #wakeAtNext(): void {
    clearTimeout(this.#timer);
    const { now } = this.#setup;
    const delayMs = Math.min(Math.max(this.#nextMs - now(), 1), maxTimerMs);
    this.#timer = setTimeout(() => {
      if (now() - this.#usedMs > idleMs) return;
      if (now() >= this.#nextMs) this.#refresh();
      else this.#wakeAtNext();
    }, delayMs);
    this.#timer.unref();
  }

  /** Asks the pool, then the responders. @returns why nothing was found. Never fails. */
  async #find(): Promise<string | undefined> {
    const { shared, certificate, timeoutMs, now } = this.#setup;
    if (shared === undefined) return this.#fetch();
    const claimMs = timeoutMs + claimMarginMs;
    const endMs = now() + 2 * claimMs;
    for (;;) {
      if (await this.#takeShared(shared)) return undefined;
      if (await shared.claim(certificate, claimMs)) return this.#fetch();
      if (now() >= endMs || this.#ending.signal.aborted)
        return 'another process of the pool has asked, and has found nothing';
      await sleep(pollMs, undefined, { signal: this.#ending.signal, ref: false }).catch(() => undefined);
    }
  }

  /** @returns whether the pool had something newer than what is known here. */
  async #takeShared(shared: SharedAnswers): Promise<boolean> {
    const { certificate, onEvent } = this.#setup;
    const subject = this.#subject;
    let isNewer = false;
    let isRefused = false;
    for (const { from, bytes } of await shared.read(certificate)) {
      const verdict = this.#verify(bytes);
      if (!verdict.isValid) {
        isRefused = true;
        onEvent({ type: 'refused', subject, from, fault: verdict.fault });
      } else if (this.#take(verdict.response)) {
        const { status, endMs } = verdict.response;
        onEvent({ type: 'shared', subject, from, status, endMs });
        isNewer = true;
      }
    }
    // Whoever reads the other record only is helped by what this one holds.
    if (isRefused && isNewer && this.#current !== undefined) await shared.write(certificate, this.#current);
    return isNewer;
  }

  #verify(bytes: Buffer, nonce?: Buffer): Verdict {
    const { certificate, issuer, ignoresSignature, now } = this.#setup;
    return verifyResponse(bytes, {
      certificate,
      issuer,
      ignoresSignature,
      nowMs: now(),
      ...(nonce === undefined ? {} : { nonce }),
    });
  }

  /** Newer answers only: who has recorded an older one can't put it back. */
  #take(response: VerifiedResponse): boolean {
    if (response.status === 'unknown') return false;
    const known = this.#current;
    const isNewer =
      known === undefined ||
      response.thisUpdateMs > known.thisUpdateMs ||
      (response.thisUpdateMs === known.thisUpdateMs && response.endMs > known.endMs);
    if (isNewer) this.#current = response;
    return isNewer;
  }

  async #fetch(): Promise<string | undefined> {
    const { responderUrls, fetch, certificate, issuer, timeoutMs, usesNonce } = this.#setup;
    const signal = AbortSignal.any([this.#ending.signal, AbortSignal.timeout(timeoutMs)]);
    const reasons: string[] = [];
    for (const url of responderUrls) {
      const nonce = usesNonce ? randomBytes(nonceBytes) : undefined;
      try {
        const bytes = await fetch(url, encodeRequest(certificate, issuer, nonce), signal);
        const verdict = this.#verify(bytes, nonce);
        const reason = verdict.isValid ? await this.#keep(verdict.response, url) : ocspFaults[verdict.fault];
        if (reason === undefined) return undefined;
        reasons.push(`${url}: ${reason}`);
      } catch (error) {
        reasons.push(`${url}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    return reasons.length === 0 ? 'the certificate names no responder' : reasons.join('; ');
  }

  async #keep(response: VerifiedResponse, responderUrl: string): Promise<string | undefined> {
    const { shared, certificate, onEvent } = this.#setup;
    const { status, endMs } = response;
    if (status === 'unknown') return 'the responder does not know the certificate';
    // The same answer as before is what a responder gives that makes them in advance.
    if (this.#take(response))
      onEvent({ type: 'fetched', subject: this.#subject, responderUrl, status, endMs });
    await shared?.write(certificate, response);
    return undefined;
  }
}
