import { CacheError, isCacheError, type CacheErrorCode } from '@ftpd/cache';

/** An error that the server answered, without the arguments of the command, which may hold secrets. */
export class RedisReplyError extends Error {
  override readonly name = 'RedisReplyError';
  /** The first word, which is what tells errors apart: `OOM`, `MOVED`, `ERR`, … */
  readonly word: string;

  constructor(text: string) {
    const plain = printable(text);
    super(plain);
    this.word = /^[A-Z]+/.exec(plain)?.[0] ?? '';
  }
}

const MAX_TEXT_CHARS = 200;

/** Text of a peer for logs: no control characters, one line, not long, and nothing of what it repeats of a command. */
export function printable(text: string): string {
  const [own = ''] = text.split(', with args beginning with:');
  return own.slice(0, MAX_TEXT_CHARS).replaceAll(/[^\x20-\x7e]/g, '?');
}

/** What the first word of an error says; other words are taken for trouble that may pass. */
const codeOfWord: Readonly<Record<string, CacheErrorCode>> = {
  NOAUTH: 'CACHE_REFUSED',
  WRONGPASS: 'CACHE_REFUSED',
  NOPERM: 'CACHE_REFUSED',
  DENIED: 'CACHE_REFUSED',
  OOM: 'CACHE_FULL',
  NOTACOUNTER: 'CACHE_NOT_A_COUNTER',
  COUNTERRANGE: 'CACHE_COUNTER_RANGE',
};

/** Whatever a command failed with, as what callers may rely on. */
export function asFailure(error: unknown): CacheError {
  if (isCacheError(error)) return error;
  if (!isReply(error)) return unavailable(error);
  const cause = new RedisReplyError(error.message);
  if (cause.word === 'WRONGTYPE')
    return new CacheError('CACHE_REFUSED', {
      message: 'The key holds something that is not a string: it belongs to another program',
      cause,
    });
  return new CacheError(codeOfWord[cause.word] ?? 'CACHE_UNAVAILABLE', { cause });
}

/** The connection failed, or there is none. */
export function unavailable(error: unknown): CacheError {
  return new CacheError('CACHE_UNAVAILABLE', {
    cause: error instanceof Error ? new Error(printable(error.message)) : undefined,
  });
}

/** The server's words, where they are known. */
export function reasonOf(error: CacheError): string {
  return error.cause instanceof Error ? error.cause.message : error.message;
}

/** @returns the first word of the server's error behind this one. */
export function replyWordOf(error: unknown): string | undefined {
  return isCacheError(error) && error.cause instanceof RedisReplyError ? error.cause.word : undefined;
}

function isReply(error: unknown): error is Error {
  return error instanceof Error && error.name === 'ReplyError';
}
