import { CacheError } from '@ftpd/cache';
import { SLOT_COUNT } from './slots.ts';

export interface ClusterNode {
  /** Empty: the server that was asked, which does not know its own address. */
  readonly host: string;
  readonly port: number;
}

/** Which node keeps the slots of a range, both ends included. */
export interface SlotRange {
  readonly first: number;
  readonly last: number;
  readonly master: ClusterNode;
}

/**
 * The reply to CLUSTER SLOTS.
 * @throws {CacheError} CACHE_PROTOCOL
 */
export function readClusterSlots(reply: unknown): SlotRange[] {
  if (!Array.isArray(reply)) throw misfit();
  return (reply as unknown[]).map((range) => {
    if (!Array.isArray(range)) throw misfit();
    const [first, last, master] = range as unknown[];
    if (!isSlot(first) || !isSlot(last) || last < first || !Array.isArray(master)) throw misfit();
    const [host, port] = master as unknown[];
    if (!isPort(port) || !(host === null || Buffer.isBuffer(host))) throw misfit();
    return { first, last, master: { host: host?.toString('latin1') ?? '', port } };
  });
}

/** Where `MOVED 3999 10.0.0.1:6381` or `ASK …` points; undefined for what is neither. */
export function readRedirection(
  text: string,
): { readonly slot: number; readonly node: ClusterNode } | undefined {
  const match = /^(?:MOVED|ASK) (\d{1,5}) (.*):(\d{1,5})$/.exec(text);
  const [, slot, host, port] = match ?? [];
  if (host === undefined || !isSlot(Number(slot)) || !isPort(Number(port))) return undefined;
  return { slot: Number(slot), node: { host, port: Number(port) } };
}

function isSlot(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < SLOT_COUNT;
}

function isPort(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 65_535;
}

function misfit(): CacheError {
  return new CacheError('CACHE_PROTOCOL', {
    message: 'The server answered something else than a map of its slots',
  });
}
