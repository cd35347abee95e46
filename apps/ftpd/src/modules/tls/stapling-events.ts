import { ocspFaults, type OcspEvent } from '@ftpd/tls-session';

/** What an administrator is told of an event; undefined: nothing. */
export function staplingEventText(event: OcspEvent): string | undefined {
  switch (event.type) {
    case 'fetched':
      return event.status === 'revoked'
        ? `the certificate ${event.subject} is revoked, says ${event.responderUrl}`
        : undefined;
    case 'shared':
      return event.status === 'revoked'
        ? `the certificate ${event.subject} is revoked, says the pool`
        : undefined;
    case 'failed':
      return `no OCSP response for ${event.subject}: ${event.reason}${nextAttempt(event.retryMs)}`;
    case 'refused':
      return `a record of an OCSP response for ${event.subject} is not used: ${ocspFaults[event.fault]}`;
    case 'outage':
      return `the OCSP response cache does not answer: ${String(event.error)}`;
    case 'recovery':
      return 'the OCSP response cache answers again';
  }
}

function nextAttempt(retryMs: number): string {
  return retryMs === Infinity ? '' : `; the next attempt is in ${Math.round(retryMs / 1000)} s`;
}
