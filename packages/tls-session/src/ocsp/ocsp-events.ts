import type { OcspFault } from './verify.ts';
import type { CertificateStatus } from './response.ts';

/** What stapling tells the program: for logs and metrics. `subject` names the certificate, `CN=…` in one line. */
export type OcspEvent =
  /** A responder gave an answer that is stapled from now on (a `revoked` one, too: it is the truth). */
  | {
      readonly type: 'fetched';
      readonly subject: string;
      readonly responderUrl: string;
      readonly status: CertificateStatus;
      readonly endMs: number;
    }
  /** Another process of the pool had a newer one. `from`: whose record it was. */
  | {
      readonly type: 'shared';
      readonly subject: string;
      readonly from: 'pool' | 'proftpd';
      readonly status: CertificateStatus;
      readonly endMs: number;
    }
  /** Nothing was found; it is tried again after `retryMs`, and meanwhile what is known and valid is stapled. */
  | {
      readonly type: 'failed';
      readonly subject: string;
      readonly reason: string;
      readonly retryMs: number;
    }
  /** What the cache held is no answer for this certificate, and was not used. */
  | {
      readonly type: 'refused';
      readonly subject: string;
      readonly from: 'pool' | 'proftpd';
      readonly fault: OcspFault;
    }
  /** The cache can't be asked: told once, until it answers again. Each process asks the responder itself meanwhile. */
  | { readonly type: 'outage'; readonly error: unknown }
  | { readonly type: 'recovery' };
