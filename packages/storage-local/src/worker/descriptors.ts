import fs from 'node:fs';
import { openAt, type OpenAtOptions, type PosixName } from '@ftpd/posix';
import { control as slots } from '../privileged/worker-protocol.ts';

/** Without an owner (in tests) descriptors are noted nowhere. */
let control: Int32Array = new Int32Array(slots.held + slots.maxHeld);

/** Where the owner of this thread looks, when the thread dies, for descriptors that nobody else knows. */
export function noteDescriptorsIn(shared: Int32Array): void {
  control = shared;
}

/** A descriptor of this thread until it is closed or handed over. */
export function hold(descriptor: number): number {
  const count = control[slots.heldCount] ?? 0;
  if (count >= slots.maxHeld) {
    fs.closeSync(descriptor);
    throw new RangeError('an operation holds too many descriptors');
  }
  control[slots.held + count] = descriptor;
  control[slots.heldCount] = count + 1;
  return descriptor;
}

export function openHeld(folder: number, name: PosixName, options: OpenAtOptions): number {
  return hold(openAt(folder, name, options));
}

/** Closes what `hold` noted. */
export function close(descriptor: number): void {
  const count = control[slots.heldCount] ?? 0;
  for (let at = count - 1; at >= 0; at -= 1) {
    if (control[slots.held + at] !== descriptor) continue;
    control[slots.held + at] = control[slots.held + count - 1] ?? -1;
    // First forgotten, then closed: the number may be somebody else's the moment it is closed.
    control[slots.heldCount] = count - 1;
    fs.closeSync(descriptor);
    return;
  }
}

/** Closes all that is still held but what is handed over. */
export function closeAllBut(kept: number | undefined): void {
  for (let left = control[slots.heldCount] ?? 0; left > 0; left -= 1) {
    const descriptor = control[slots.held + left - 1] ?? -1;
    if (descriptor !== kept) close(descriptor);
  }
}

/** The asker has it now. */
export function forgetAll(): void {
  control[slots.heldCount] = 0;
}
