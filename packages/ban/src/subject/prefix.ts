import { formatAddress, parseAddress, type Address } from './address.ts';

/** A network: the bits behind the prefix are 0. */
export interface Prefix extends Address {
  /** How many bits count, 0 to 32 or 128. */
  readonly bits: number;
}

export const addressBits = { 4: 32, 6: 128 } as const;

/** The network of so many bits around an address. */
export function prefixOf({ family, words }: Address, bits: number): Prefix {
  return { family, bits, words: words.map((word, index) => (word & maskOf(bits - 32 * index)) >>> 0) };
}

/** The mask of a word of which so many bits count; below 0 none do, above 32 all. */
export function maskOf(bits: number): number {
  // A shift by 32 is one by 0.
  return bits <= 0 ? 0 : bits >= 32 ? 0xffffffff : (0xffffffff << (32 - bits)) >>> 0;
}

/**
 * Reads an address or a CIDR (`10.0.0.0/8`, `2001:db8::/32`, `::ffff:10.0.0.0/104`). Bits behind the prefix may be set and
 * are dropped.
 */
export function parsePrefix(text: string): Prefix | undefined {
  const slash = text.indexOf('/');
  const addressText = slash < 0 ? text : text.slice(0, slash);
  const address = parseAddress(addressText);
  if (address === undefined) return undefined;
  if (slash < 0) return { ...address, bits: addressBits[address.family] };
  const bitsText = text.slice(slash + 1);
  if (!/^(?:0|[1-9]\d{0,2})$/.test(bitsText)) return undefined;
  // The prefix of an IPv4 address in IPv6 counts from the start of the whole.
  const bits = Number(bitsText) - (address.family === 4 && addressText.includes(':') ? 96 : 0);
  return bits < 0 || bits > addressBits[address.family] ? undefined : prefixOf(address, bits);
}

/** An address without its prefix if all bits count, else a CIDR. */
export function formatPrefix(prefix: Prefix): string {
  const address = formatAddress(prefix);
  return prefix.bits === addressBits[prefix.family] ? address : `${address}/${prefix.bits}`;
}
