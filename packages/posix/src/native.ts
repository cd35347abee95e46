import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import type * as koffiModule from 'koffi';
import { PosixError, errnoError, posixErrorTexts, unavailableError } from './errors.ts';
import {
  isKnownArchitecture,
  systemCallNumbers,
  type Architecture,
  type SystemCallName,
} from './system-call-numbers.ts';

type Koffi = typeof koffiModule;

/** What may be handed to a native function. Bytes are passed in place, so that the callee can write to them. */
export type NativeValue = number | bigint | Uint8Array | Uint16Array | Uint32Array | BigInt64Array | null;
/** The C type of a parameter or a result. `pointer` takes bytes, an address, or null. */
export type NativeType = 'int' | 'uint' | 'long' | 'size' | 'pointer' | 'void';
export type NativeFunction<Args extends readonly NativeValue[], Result> = (...args: Args) => Result;

const koffiTypes = {
  int: 'int',
  uint: 'uint32_t',
  long: 'long',
  size: 'size_t',
  pointer: 'void *',
  void: 'void',
} as const;

const libraryFiles = {
  c: ['libc.so.6', 'libc.musl-x86_64.so.1', 'libc.musl-aarch64.so.1'],
  crypt: ['libcrypt.so.1', 'libcrypt.so.2'],
  pam: ['libpam.so.0'],
} as const;

export type LibraryName = keyof typeof libraryFiles;

// Loaded by the first call, not by the import: an importer on another system must not fail.
let koffi: Koffi | undefined;
const libraries = new Map<LibraryName, koffiModule.LibraryHandle>();

/** The FFI itself, for what needs its callbacks or memory. @throws {PosixError} POSIX_UNAVAILABLE */
export function loadKoffi(): Koffi {
  koffi ??= requireKoffi();
  return koffi;
}

function requireKoffi(): Koffi {
  if (platform() !== 'linux') throw unavailableError('load', `this is ${platform()}`);
  try {
    return createRequire(import.meta.url)('koffi') as Koffi;
  } catch (cause) {
    throw unavailableError('load', 'koffi cannot be loaded', cause);
  }
}

function architecture(): Architecture {
  const name = arch();
  if (!isKnownArchitecture(name)) throw unavailableError('load', `this is ${name}`);
  return name;
}

function library(name: LibraryName): koffiModule.LibraryHandle {
  const known = libraries.get(name);
  if (known !== undefined) return known;
  const { load } = loadKoffi();
  let cause: unknown;
  for (const file of libraryFiles[name]) {
    try {
      const handle = load(file);
      libraries.set(name, handle);
      return handle;
    } catch (error) {
      cause = error;
    }
  }
  const message = posixErrorTexts.POSIX_LIBRARY_MISSING;
  throw new PosixError('POSIX_LIBRARY_MISSING', libraryFiles[name][0], { message, cause });
}

/** A function of a library: bound at its first call. Its result is what C returns. */
export function libraryFunction<Args extends readonly NativeValue[], Result = number>(
  libraryName: LibraryName,
  name: string,
  result: NativeType,
  parameters: readonly NativeType[],
): NativeFunction<Args, Result> {
  let bound: NativeFunction<Args, Result> | undefined;
  return (...args) => {
    bound ??= bindFunction(libraryName, name, result, parameters) as NativeFunction<Args, Result>;
    return bound(...args);
  };
}

/** A function as FFI gives it, with its `async` twin that runs on libuv's pool. */
export interface BoundFunction {
  (...args: readonly NativeValue[]): unknown;
  async(...args: readonly (NativeValue | ((error: unknown, result: number) => void))[]): void;
}

export function bindFunction(
  libraryName: LibraryName,
  name: string,
  result: NativeType,
  parameters: readonly NativeType[],
): BoundFunction {
  const types = parameters.map((type) => koffiTypes[type]);
  const handle = library(libraryName);
  try {
    return handle.func(name, koffiTypes[result], types) as unknown as BoundFunction;
  } catch (cause) {
    const message = posixErrorTexts.POSIX_FUNCTION_MISSING;
    throw new PosixError('POSIX_FUNCTION_MISSING', name, { message, cause });
  }
}

// What a call on libuv's pool reads and writes, which nobody else may hold on to.
const inUse = new Set<readonly NativeValue[]>();

/** Calls on a thread of libuv's pool, with the identity of the process. */
export function callOnPool(native: BoundFunction, values: readonly NativeValue[]): Promise<number> {
  return settleOnPool(native, values, (result) => result);
}

function settleOnPool(
  native: BoundFunction,
  values: readonly NativeValue[],
  settle: (result: number) => number,
): Promise<number> {
  return new Promise((resolve, reject) => {
    inUse.add(values);
    native.async(...values, (error, result) => {
      // The error number of the other thread is there as long as this function runs, and only at its beginning.
      const settled = settle(result);
      inUse.delete(values);
      if (error === null || error === undefined) resolve(settled);
      else reject(error as Error);
    });
  });
}

/** The error number that the last native call of this thread left behind. Read it before anything else is called. */
export function lastErrno(): number {
  return loadKoffi().errno();
}

/**
 * A system call by number, in the thread that calls it and in no other: the functions of libc of the same name would
 * change the credentials of every thread. The result is as the kernel gives it: an error number is negative.
 */
export function systemCall<Args extends readonly NativeValue[]>(
  name: SystemCallName,
  parameters: readonly NativeType[],
): NativeFunction<Args, number> {
  let bound: ((...args: readonly NativeValue[]) => number) | undefined;
  let errno = lastErrno;
  let number = 0;
  return (...args) => {
    if (bound === undefined) {
      number = systemCallNumbers[name][architecture()];
      bound = bindSystemCall(parameters) as (...args: readonly NativeValue[]) => number;
      ({ errno } = loadKoffi());
    }
    const result = bound(number, ...args);
    return result === -1 ? -errno() : result;
  };
}

/** A place in shared numbers for a descriptor that somebody else closes if this thread is ended. -1 there: none. */
export interface DescriptorNote {
  readonly numbers: Int32Array;
  readonly at: number;
}

/**
 * As `systemCall`, and what is open afterwards is noted. V8 ends a thread only where a function or the next round of a loop
 * begins: between the call and its note there must be neither.
 * @param opens - Whether the result is a descriptor; else it is what closes the one that was noted.
 */
export function notedSystemCall<Args extends readonly NativeValue[]>(
  name: SystemCallName,
  parameters: readonly NativeType[],
  opens: boolean,
): (note: DescriptorNote, ...args: Args) => number {
  let bound: ((...args: readonly NativeValue[]) => number) | undefined;
  let errno = lastErrno;
  let number = 0;
  return ({ numbers, at }, ...args) => {
    if (bound === undefined) {
      number = systemCallNumbers[name][architecture()];
      bound = bindSystemCall(parameters) as (...args: readonly NativeValue[]) => number;
      ({ errno } = loadKoffi());
    }
    const result = bound(number, ...args);
    numbers[at] = opens ? result : -1;
    return result === -1 ? -errno() : result;
  };
}

/** As `systemCall`, on libuv's pool. */
export function poolSystemCall<Args extends readonly NativeValue[]>(
  name: SystemCallName,
  parameters: readonly NativeType[],
): NativeFunction<Args, Promise<number>> {
  let bound: BoundFunction | undefined;
  return (...args) => {
    bound ??= bindSystemCall(parameters);
    const values = [systemCallNumbers[name][architecture()], ...args];
    return settleOnPool(bound, values, (result) => (result === -1 ? -lastErrno() : result));
  };
}

function bindSystemCall(parameters: readonly NativeType[]): BoundFunction {
  return bindFunction('c', 'syscall', 'long', ['long', ...parameters]);
}

/** `result`, unless it is an error number below zero. */
export function orThrow(name: string, result: number): number {
  if (result < 0) throw errnoError(name, -result);
  return result;
}
