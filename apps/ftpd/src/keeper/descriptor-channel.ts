import { closeSync } from 'node:fs';
import { receiveDescriptors, sendDescriptors } from '@ftpd/posix';

/** Descriptors of one packet; the kernel takes at most 253. */
const maxPerPacket = 64;

/** What one packet says: its number, so that nobody takes the descriptors of another message for his own. */
const numberBytes = 8;

function packetNumber(number: number): Buffer {
  const bytes = Buffer.alloc(numberBytes);
  bytes.writeBigUInt64BE(BigInt(number));
  return bytes;
}

/** Sends descriptors over a socket pair, before the message that announces them. @throws {Error} if nobody takes them. */
export function sendPacket(socket: number, number: number, descriptors: readonly number[]): void {
  for (let at = 0; at < descriptors.length; at += maxPerPacket)
    if (sendDescriptors(socket, packetNumber(number), descriptors.slice(at, at + maxPerPacket)) === undefined)
      throw new Error('descriptors that were sent before are not taken');
}

/**
 * Takes the descriptors that a message announced; they are there already.
 * @throws {Error} if others are there, or too few.
 */
export function takePacket(socket: number, number: number, count: number): readonly number[] {
  const taken: number[] = [];
  const expected = packetNumber(number);
  while (taken.length < count) {
    const packet = receiveDescriptors(socket, numberBytes, maxPerPacket);
    if (packet === undefined) throw lost(taken, `${count - taken.length} descriptors are missing`);
    taken.push(...packet.descriptors);
    if (packet.descriptors.length === 0 || Buffer.compare(packet.bytes, expected) !== 0)
      throw lost(taken, 'they belong to another message');
  }
  return taken;
}

function lost(taken: readonly number[], reason: string): Error {
  for (const descriptor of taken) closeSync(descriptor);
  return new Error(`descriptors of a message are not there: ${reason}`);
}
