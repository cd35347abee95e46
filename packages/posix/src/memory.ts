import { libraryFunction, loadKoffi } from './native.ts';

const maxTextBytes = 1_048_576;

const memcpyFrom = libraryFunction<[Uint8Array, bigint, number], unknown>('c', 'memcpy', 'void', [
  'pointer',
  'pointer',
  'size',
]);
const memcpyTo = libraryFunction<[bigint, Uint8Array, number], unknown>('c', 'memcpy', 'void', [
  'pointer',
  'pointer',
  'size',
]);
const strnlen = libraryFunction<[bigint, number], number | bigint>('c', 'strnlen', 'size', [
  'pointer',
  'size',
]);
const calloc = libraryFunction<[number, number], bigint | null>('c', 'calloc', 'pointer', ['size', 'size']);
const release = libraryFunction<[bigint], unknown>('c', 'free', 'void', ['pointer']);

/** Where the bytes lie. They stay there as long as somebody holds on to them. */
export function addressOf(bytes: Uint8Array): bigint {
  return BigInt(loadKoffi().address(bytes));
}

/** A copy of so many bytes of native memory. */
export function bytesAt(address: bigint, count: number): Buffer {
  const bytes = Buffer.alloc(count);
  if (count > 0) memcpyFrom(bytes, address, count);
  return bytes;
}

/** The text at an address, without its NUL; empty for the address 0. Cut after 1 MiB. */
export function textAt(address: bigint): Uint8Array {
  return address === 0n ? new Uint8Array() : bytesAt(address, Number(strnlen(address, maxTextBytes)));
}

export function pointerAt(address: bigint): bigint {
  return bytesAt(address, 8).readBigUInt64LE(0);
}

export function writeBytesAt(address: bigint, bytes: Uint8Array): void {
  if (bytes.length > 0) memcpyTo(address, bytes, bytes.length);
}

export function writePointerAt(address: bigint, value: bigint): void {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  writeBytesAt(address, bytes);
}

/** Zeroed memory that free(3) takes back; undefined when there is none left. */
export function allocate(byteCount: number): bigint | undefined {
  return calloc(1, byteCount) ?? undefined;
}

export function free(address: bigint): void {
  release(address);
}
