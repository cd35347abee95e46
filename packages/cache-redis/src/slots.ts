/** How many slots a cluster has. */
export const SLOT_COUNT = 16_384;

const POLYNOMIAL = 0x1021;

const table: Uint16Array = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x8000 ? (crc << 1) ^ POLYNOMIAL : crc << 1;
  return crc & 0xffff;
});

const OPEN = 0x7b;
const CLOSE = 0x7d;

/**
 * The slot of a key: CRC16 (XMODEM) of the key, or of what stands between its first `{` and the next `}` if that is
 * something.
 * @see https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#key-distribution-model
 */
export function slotOf(key: Uint8Array): number {
  const open = key.indexOf(OPEN);
  if (open !== -1) {
    const close = key.indexOf(CLOSE, open + 1);
    if (close > open + 1) return crc16(key, open + 1, close) % SLOT_COUNT;
  }
  return crc16(key, 0, key.length) % SLOT_COUNT;
}

function crc16(bytes: Uint8Array, from: number, to: number): number {
  let crc = 0;
  for (let at = from; at < to; at += 1)
    crc = ((crc << 8) & 0xffff) ^ (table[((crc >> 8) ^ (bytes[at] as number)) & 0xff] as number);
  return crc;
}
