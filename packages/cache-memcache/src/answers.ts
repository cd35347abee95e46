import { CacheError, type CacheErrorCode } from '@ftpd/cache';
import { keyOf, ProtocolError, valueOf, type Frame } from './frame-decoder.ts';
import { statuses, statusTexts } from './wire.ts';

const codes: ReadonlyMap<number, CacheErrorCode> = new Map([
  [statuses.TOO_LARGE, 'CACHE_FULL'],
  [statuses.NOT_A_NUMBER, 'CACHE_NOT_A_COUNTER'],
  [statuses.AUTHENTICATION_FAILED, 'CACHE_REFUSED'],
  [statuses.AUTHENTICATION_NEEDED, 'CACHE_REFUSED'],
  [statuses.UNKNOWN_COMMAND, 'CACHE_REFUSED'],
  [statuses.OUT_OF_MEMORY, 'CACHE_FULL'],
]);

/** @throws {CacheError} always: what a status means that the operation does not expect. */
export function refuse({ header: { status } }: Frame): never {
  const code = codes.get(status) ?? 'CACHE_UNAVAILABLE';
  const text = statusTexts[status] ?? 'unknown status';
  throw new CacheError(
    code,
    code === 'CACHE_NOT_A_COUNTER'
      ? {}
      : { message: `memcached answers: ${text} (0x${status.toString(16)})` },
  );
}

/** Reads the answer to a GETK or GETKQ. @returns a copy of the value, undefined for a miss. */
export function readValue(frame: Frame, key: Buffer): Uint8Array | undefined {
  const { status } = frame.header;
  if (status === statuses.OK) {
    if (!keyOf(frame).equals(key)) throw new ProtocolError("another key's value");
    return new Uint8Array(valueOf(frame));
  }
  return status === statuses.NOT_FOUND ? undefined : refuse(frame);
}

/** Reads the answer to a request that is done or is not. @param declined - Statuses that mean "not". */
export function readDone(frame: Frame, declined: readonly number[]): boolean {
  const { status } = frame.header;
  if (status === statuses.OK) return true;
  return declined.includes(status) ? false : refuse(frame);
}

const COUNTER_BYTES = 8;

/** Reads the answer to an INCREMENT. @returns undefined for a missing counter that was not to be made. */
export function readCounter(frame: Frame): bigint | undefined {
  const { status } = frame.header;
  if (status === statuses.NOT_FOUND) return undefined;
  if (status !== statuses.OK) return refuse(frame);
  const value = valueOf(frame);
  if (value.length !== COUNTER_BYTES) throw new ProtocolError('a counter that is none');
  return value.readBigUInt64BE(0);
}
