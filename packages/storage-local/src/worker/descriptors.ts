import {
  AT_FDCWD,
  closeNoted,
  openAt,
  type DescriptorNote,
  type OpenAtOptions,
  type PosixName,
} from '@ftpd/posix';
import { control as slots } from '../privileged/worker-protocol.ts';

/** Without an owner (in tests) descriptors are noted where nobody looks. */
let notes = notesIn(new Int32Array(slots.held + slots.maxHeld));

function notesIn(numbers: Int32Array): readonly DescriptorNote[] {
  numbers.fill(-1, slots.held, slots.held + slots.maxHeld);
  return Array.from({ length: slots.maxHeld }, (_, index) => ({ numbers, at: slots.held + index }));
}

/** Where the owner of this thread looks, when the thread dies, for descriptors that nobody else knows. */
export function noteDescriptorsIn(shared: Int32Array): void {
  notes = notesIn(shared);
}

const heldIn = ({ numbers, at }: DescriptorNote): number => numbers[at] ?? -1;

/** Opens what is this thread's until it is closed or handed over. It is noted in the same instant as it is opened. */
export function openHeld(folder: number, name: PosixName, options: OpenAtOptions): number {
  const note = notes.find((place) => heldIn(place) === -1);
  if (note === undefined) throw new RangeError('an operation holds too many descriptors');
  return openAt(folder, name, options, note);
}

/** Opens again what a descriptor stands for, to read or write it. */
export function reopenHeld(descriptor: number, flags: number): number {
  return openHeld(AT_FDCWD, nameOfDescriptor(descriptor), { flags });
}

/** A name of a descriptor. Nothing may stand behind it for a call that follows symlinks. */
export function nameOfDescriptor(descriptor: number): string {
  return `/proc/self/fd/${descriptor}`;
}

/** Closes what is held. */
export function close(descriptor: number): void {
  const note = notes.find((place) => heldIn(place) === descriptor);
  if (note !== undefined) closeNoted(descriptor, note);
}

/** Closes all that is still held but what is handed over. */
export function closeAllBut(kept: number | undefined): void {
  for (const note of notes) {
    const descriptor = heldIn(note);
    if (descriptor !== -1 && descriptor !== kept) closeNoted(descriptor, note);
  }
}

/** The asker has it now. */
export function forgetAll(): void {
  for (const { numbers, at } of notes) numbers[at] = -1;
}
