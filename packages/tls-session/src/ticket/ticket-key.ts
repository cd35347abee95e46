/** One generation of ticket keys, as RFC 5077 section 4 has them and Node.js takes them. */
export interface TicketKey {
  /** 16 bytes: what a ticket begins with. */
  readonly name: Uint8Array;
  /** 16 bytes. */
  readonly hmac: Uint8Array;
  /** 16 bytes. */
  readonly aes: Uint8Array;
  /** From when it seals tickets, ms since the epoch. It opens them before, too: clocks differ. */
  readonly activeMs: number;
}

/** Keys by the time from when they seal, the oldest first. */
export type TicketKeyRing = readonly TicketKey[];

export interface RotationRules {
  readonly rotateMs: number;
  /** How many keys open tickets: each does for so many times `rotateMs` from when it begins to seal. */
  readonly generations: number;
  /** How long before it seals all nodes ought to hear of a key. */
  readonly leadMs: number;
}

/** What a pool may have at once: nodes that were cut off bring the keys of that time along. */
export const maxKeys = 16;

export function newTicketKey(activeMs: number, randomBytes: (bytes: number) => Buffer): TicketKey {
  const bytes = randomBytes(48);
  return {
    name: bytes.subarray(0, 16),
    hmac: bytes.subarray(16, 32),
    aes: bytes.subarray(32, 48),
    activeMs: Math.round(activeMs),
  };
}

/** The 48 bytes that `setTicketKeys` of Node.js takes. */
export function nodeTicketKeys({ name, hmac, aes }: TicketKey): Buffer {
  return Buffer.concat([name, hmac, aes]);
}

export function nameOf({ name }: Pick<TicketKey, 'name'>): string {
  return Buffer.from(name.buffer, name.byteOffset, name.length).toString('latin1');
}

/** The key that seals now: the latest one that has begun; before any has, the first. */
export function sealingKey(ring: TicketKeyRing, nowMs: number): TicketKey | undefined {
  return ring.findLast(({ activeMs }) => activeMs <= nowMs) ?? ring[0];
}

/** Whether a key may open tickets. */
export function isOpening({ activeMs }: TicketKey, nowMs: number, rules: RotationRules): boolean {
  return activeMs + rules.generations * rules.rotateMs > nowMs;
}

/** All keys of both; of too many, the oldest go. */
export function mergeRings(one: TicketKeyRing, other: TicketKeyRing): TicketKeyRing {
  const keys = new Map([...one, ...other].map((key) => [nameOf(key), key]));
  return [...keys.values()].sort(inOrder).slice(-maxKeys);
}

function inOrder(one: TicketKey, other: TicketKey): number {
  return one.activeMs - other.activeMs || Buffer.compare(one.name, other.name);
}

/**
 * The ring as it has to be now: without keys that open nothing any more, and with one that will seal next, so that every
 * node has it before the first ticket that it seals.
 */
export function advanceRing(
  ring: TicketKeyRing,
  nowMs: number,
  rules: RotationRules,
  randomBytes: (bytes: number) => Buffer,
): TicketKeyRing {
  const { rotateMs, leadMs } = rules;
  const kept = ring.filter((key) => isOpening(key, nowMs, rules));
  // A clock that runs far ahead somewhere must not end the rotation for all others.
  const near = kept.filter(({ activeMs }) => activeMs <= nowMs + 2 * rotateMs + leadMs);
  const latest = near.at(-1);
  if (latest !== undefined && latest.activeMs > nowMs) return kept;
  const added = [];
  if (latest === undefined) added.push(newTicketKey(nowMs, randomBytes));
  const sealsFromMs = latest?.activeMs ?? nowMs;
  added.push(newTicketKey(Math.max(sealsFromMs + rotateMs, nowMs + leadMs), randomBytes));
  return mergeRings(kept, added);
}
