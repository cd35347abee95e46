import { loadKoffi } from './native.ts';

// struct msghdr, struct iovec and struct cmsghdr of a 64-bit Linux.
const vectorOffset = 56;
const controlOffset = vectorOffset + 16;
const controlLengthOffset = 40;
const flagsOffset = 48;
const controlHeaderBytes = 16;

const socketLevel = 1;
const rights = 1;

/**
 * A `struct msghdr` with all it points to, in one piece of memory: it lives as long as the call that gets it, whatever the
 * garbage collector thinks of the parts.
 */
export interface SocketMessage {
  readonly memory: Buffer;
  readonly payload: Buffer;
  readonly control: Buffer;
}

/** A message with room for so many bytes and descriptors. */
export function createSocketMessage(payloadBytes: number, descriptorCount: number): SocketMessage {
  const controlBytes = descriptorCount === 0 ? 0 : controlHeaderBytes + descriptorCount * 4;
  const payloadOffset = controlOffset + Math.ceil(controlBytes / 8) * 8;
  const memory = Buffer.allocUnsafeSlow(payloadOffset + payloadBytes);
  memory.fill(0, 0, payloadOffset);
  const address = BigInt(loadKoffi().address(memory));
  memory.writeBigUInt64LE(address + BigInt(vectorOffset), 16);
  memory.writeBigUInt64LE(1n, 24);
  if (controlBytes > 0) memory.writeBigUInt64LE(address + BigInt(controlOffset), 32);
  // Not the padded length: room for one descriptor more would let one more in than asked for.
  memory.writeBigUInt64LE(BigInt(controlBytes), controlLengthOffset);
  memory.writeBigUInt64LE(address + BigInt(payloadOffset), vectorOffset);
  memory.writeBigUInt64LE(BigInt(payloadBytes), vectorOffset + 8);
  return {
    memory,
    payload: memory.subarray(payloadOffset),
    control: memory.subarray(controlOffset, controlOffset + controlBytes),
  };
}

export function writeRights({ control }: SocketMessage, descriptors: readonly number[]): void {
  if (descriptors.length === 0) return;
  control.writeBigUInt64LE(BigInt(control.length), 0);
  control.writeInt32LE(socketLevel, 8);
  control.writeInt32LE(rights, 12);
  descriptors.forEach((fd, index) => control.writeInt32LE(fd, controlHeaderBytes + index * 4));
}

/** The flags that the kernel set, such as MSG_CTRUNC. */
export function messageFlags({ memory }: SocketMessage): number {
  return memory.readInt32LE(flagsOffset);
}

/** The descriptors that arrived. */
export function readRights({ memory, control }: SocketMessage): number[] {
  const used = control.subarray(0, Number(memory.readBigUInt64LE(controlLengthOffset)));
  const descriptors: number[] = [];
  let offset = 0;
  while (offset + controlHeaderBytes <= used.length) {
    const length = Number(used.readBigUInt64LE(offset));
    if (length < controlHeaderBytes) break;
    const end = Math.min(offset + length, used.length);
    const isRights = used.readInt32LE(offset + 8) === socketLevel && used.readInt32LE(offset + 12) === rights;
    for (let at = offset + controlHeaderBytes; isRights && at + 4 <= end; at += 4) {
      descriptors.push(used.readInt32LE(at));
    }
    offset += Math.ceil(length / 8) * 8;
  }
  return descriptors;
}
