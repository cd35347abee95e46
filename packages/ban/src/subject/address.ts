/** An address as numbers: one 32-bit word for IPv4, four for IPv6. IPv4 in an IPv6 address is IPv4. */
export interface Address {
  readonly family: 4 | 6;
  /** Unsigned 32-bit words, the highest first. */
  readonly words: readonly number[];
}

/** The longest text that may be an address: IPv6 with IPv4 behind it and a zone. */
const maxLength = 64;

/**
 * Reads a numeric address. `::ffff:1.2.3.4` (in any spelling) is 1.2.3.4; a zone (`%eth0`) is left out, as in ProFTPD.
 * @returns undefined for what is none, such as octal or short forms of IPv4.
 */
export function parseAddress(text: string): Address | undefined {
  if (text.length > maxLength) return undefined;
  if (!text.includes(':')) {
    const word = parseIPv4(text);
    return word === undefined ? undefined : { family: 4, words: [word] };
  }
  const groups = parseGroups(text.replace(/%[^%/\s]+$/, ''));
  if (groups === undefined) return undefined;
  const words = [0, 2, 4, 6].map((at) => ((groups[at] ?? 0) * 0x10000 + (groups[at + 1] ?? 0)) >>> 0);
  const [first, second, third, fourth = 0] = words;
  if (first === 0 && second === 0 && third === 0xffff) return { family: 4, words: [fourth] };
  return { family: 6, words };
}

function parseIPv4(text: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (match === null) return undefined;
  let word = 0;
  for (const part of match.slice(1)) {
    // A leading zero is octal to some readers and decimal to others.
    if (Number(part) > 255 || (part.length > 1 && part.startsWith('0'))) return undefined;
    word = word * 256 + Number(part);
  }
  return word;
}

/** The eight 16-bit groups of an IPv6 address. */
function parseGroups(text: string): number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half, index) => parseHalf(half, index === halves.length - 1));
  if (head === undefined) return undefined;
  if (halves.length === 1) return head.length === 8 ? head : undefined;
  if (tail === undefined || head.length + tail.length > 7) return undefined;
  return [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => 0), ...tail];
}

function parseHalf(text: string, mayEndInIPv4: boolean): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    const word = mayEndInIPv4 && index === parts.length - 1 ? parseIPv4(part) : undefined;
    if (word !== undefined) groups.push(word >>> 16, word & 0xffff);
    else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return groups;
}

/** The one spelling of an address: dotted, or as RFC 5952 has it. */
export function formatAddress({ family, words }: Address): string {
  if (family === 4) return [24, 16, 8, 0].map((shift) => ((words[0] ?? 0) >>> shift) & 255).join('.');
  const groups = words.flatMap((word) => [word >>> 16, word & 0xffff]);
  const { start, length } = longestZeros(groups);
  const text = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':');
  // RFC 5952 section 4.2.2: one group of zeros is not shortened.
  if (length < 2) return text(groups);
  return `${text(groups.slice(0, start))}::${text(groups.slice(start + length))}`;
}

function longestZeros(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  for (const [index, group] of groups.entries()) {
    if (group !== 0) start = index + 1;
    else if (index + 1 - start > best.length) best = { start, length: index + 1 - start };
  }
  return best;
}
