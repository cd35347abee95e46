import type { TlsSessionEvent } from '@ftpd/tls-session';

/** What happened to sessions since the daemon began. */
export interface SessionCounts {
  readonly hitsHere: number;
  readonly hitsInCache: number;
  readonly misses: number;
  readonly stored: number;
  /** Records that were not what they have to be. */
  readonly refused: number;
  /** Times at which the cache stopped answering. */
  readonly outages: number;
  readonly keyRotations: number;
}

const kindOf = (event: TlsSessionEvent): keyof SessionCounts | undefined => {
  switch (event.type) {
    case 'hit':
      return event.from === 'near' ? 'hitsHere' : 'hitsInCache';
    case 'miss':
      return 'misses';
    case 'stored':
      return 'stored';
    case 'refused':
      return 'refused';
    case 'outage':
      return 'outages';
    case 'rotated':
      return 'keyRotations';
    case 'recovery':
    case 'local':
      return undefined;
  }
};

export interface SessionCounter {
  count(event: TlsSessionEvent): void;
  counts(): SessionCounts;
}

export function createSessionCounter(): SessionCounter {
  const counts = {
    hitsHere: 0,
    hitsInCache: 0,
    misses: 0,
    stored: 0,
    refused: 0,
    outages: 0,
    keyRotations: 0,
  };
  return {
    count(event) {
      const kind = kindOf(event);
      if (kind !== undefined) counts[kind] += 1;
    },
    counts: () => ({ ...counts }),
  };
}
