import { maxKeys, nameOf, type TicketKey, type TicketKeyRing } from './ticket-key.ts';

const keyBytes = 16 + 16 + 16 + 8;
/** Until the year 5138: what is later is none. */
const maxTimeMs = 100_000_000_000_000;

/** Count 1, then name 16 · HMAC 16 · AES 16 · ms since the epoch 8 for each key. What seals it is not part of it. */
export function encodeRing(ring: TicketKeyRing): Uint8Array {
  const bytes = Buffer.alloc(1 + ring.length * keyBytes);
  bytes.writeUInt8(ring.length, 0);
  for (const [index, { name, hmac, aes, activeMs }] of ring.entries()) {
    const at = 1 + index * keyBytes;
    bytes.set(name, at);
    bytes.set(hmac, at + 16);
    bytes.set(aes, at + 32);
    bytes.writeBigUInt64BE(BigInt(activeMs), at + 48);
  }
  return bytes;
}

/** @returns undefined for what is no ring. */
export function decodeRing(content: Uint8Array): TicketKeyRing | undefined {
  const bytes = Buffer.from(content);
  const count = bytes[0] ?? 0;
  if (count < 1 || count > maxKeys || bytes.length !== 1 + count * keyBytes) return undefined;
  const ring: TicketKey[] = [];
  for (let at = 1; at < bytes.length; at += keyBytes) {
    const activeMs = bytes.readBigUInt64BE(at + 48);
    const last = ring.at(-1);
    if (activeMs > maxTimeMs || (last !== undefined && Number(activeMs) < last.activeMs)) return undefined;
    ring.push({
      name: bytes.subarray(at, at + 16),
      hmac: bytes.subarray(at + 16, at + 32),
      aes: bytes.subarray(at + 32, at + 48),
      activeMs: Number(activeMs),
    });
  }
  return new Set(ring.map(nameOf)).size === count ? ring : undefined;
}
