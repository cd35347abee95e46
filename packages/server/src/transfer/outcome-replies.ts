import { reply, texts, type Reply } from '@ftpd/protocol';
import { isStorageError, type StorageErrorCode } from '@ftpd/storage';
import type { TransferOutcome } from './plan.ts';

/** Reply codes of transfers that the storage ended (RFC 959 §4.2); the others are 426 or 451. */
const storageCodes: { readonly [code in StorageErrorCode]?: number } = {
  STORAGE_FULL: 452,
  STORAGE_QUOTA: 552,
  STORAGE_TOO_LARGE: 552,
};

/** What the client's system says of errors of connections, in strerror's words, which clients show. */
const connectionErrors: { readonly [code: string]: string } = {
  ECONNREFUSED: 'Connection refused',
  ECONNRESET: 'Connection reset by peer',
  ETIMEDOUT: 'Connection timed out',
  EHOSTUNREACH: 'No route to host',
  ENETUNREACH: 'Network is unreachable',
  EADDRINUSE: 'Address already in use',
  EACCES: 'Permission denied',
  EADDRNOTAVAIL: 'Cannot assign requested address',
  EMFILE: 'Too many open files',
  ENFILE: 'Too many open files in system',
};

/** 425 for a data connection that could not be had. */
export function noConnectionReply(cause: unknown): Reply {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code ?? '';
  return texts.noDataConnection(connectionErrors[code] ?? 'Operation not permitted');
}

/** The last reply of a transfer whose plan has none of its own. */
export function outcomeReply(outcome: TransferOutcome): Reply {
  if (outcome.isComplete) return texts.transferComplete();
  switch (outcome.failure) {
    case 'unconnected':
      return noConnectionReply(outcome.cause);
    case 'storage': {
      const { cause } = outcome;
      if (!isStorageError(cause)) return reply(451, 'Transfer aborted. Local error in processing');
      return reply(storageCodes[cause.code] ?? 451, `Transfer aborted. ${cause.message}`);
    }
    case 'limit':
      return reply(552, 'Transfer aborted. File too large');
    case 'aborted':
    case 'connection-lost':
    case 'session-ended':
      return reply(426, 'Transfer aborted. Data connection closed');
  }
}
