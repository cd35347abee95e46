/**
 * Bob Jenkins' one-at-a-time hash as libmemcached computes it: bytes are signed chars there, so that those from 0x80 on
 * count as negative numbers.
 * @returns 0 to 2^32 - 1.
 */
export function oneAtATime(bytes: Uint8Array): number {
  let hash = 0;
  for (const byte of bytes) {
    hash = (hash + ((byte << 24) >> 24)) | 0;
    hash = (hash + (hash << 10)) | 0;
    hash ^= hash >>> 6;
  }
  hash = (hash + (hash << 3)) | 0;
  hash ^= hash >>> 11;
  hash = (hash + (hash << 15)) | 0;
  return hash >>> 0;
}
