import { errnoError } from './errors.ts';
import { createEntryReader, type EntryReader } from './entry-reader.ts';
import { bindFunction, callOnPool, type BoundFunction, type NativeType, type NativeValue } from './native.ts';

const firstBytes = 1024;
// Enough for a group of 30,000 members.
const maxBytes = 1_048_576;
const maxInterruptions = 16;
const eintr = 4;
const erange = 34;
// Answers of a source that mean the same as no answer: ENOENT and ESRCH.
const absentErrnos: ReadonlySet<number> = new Set([2, 3]);

/** What differs between getpwnam_r(3) and its siblings. */
export interface LookupDefinition<Entry> {
  readonly name: string;
  readonly keyType: NativeType;
  /** Size of the struct. */
  readonly entryBytes: number;
  readonly read: (entry: EntryReader) => Entry;
}

export interface Lookup<Key extends NativeValue, Entry> {
  /** On this thread. */
  now(key: Key): Entry | undefined;
  /** On libuv's pool. */
  later(key: Key): Promise<Entry | undefined>;
}

/** Looks entries up with memory of its own for each call, which grows until the entry fits. */
export function createLookup<Key extends NativeValue, Entry>({
  name,
  keyType,
  entryBytes,
  read,
}: LookupDefinition<Entry>): Lookup<Key, Entry> {
  let bound: BoundFunction | undefined;
  const bind = (): BoundFunction => {
    bound ??= bindFunction('c', name, 'int', [keyType, 'pointer', 'pointer', 'size', 'pointer']);
    return bound;
  };
  return {
    now(key) {
      const native = bind();
      const search = createSearch(name, entryBytes);
      for (;;) {
        const { values, entry } = search.attempt(key);
        if (search.isOver(native(...values) as number)) return entry(read);
      }
    },
    async later(key) {
      const native = bind();
      const search = createSearch(name, entryBytes);
      for (;;) {
        const { values, entry } = search.attempt(key);
        if (search.isOver(await callOnPool(native, values))) return entry(read);
      }
    },
  };
}

interface Attempt {
  readonly values: readonly NativeValue[];
  /** What was found. */
  readonly entry: <Entry>(read: (entry: EntryReader) => Entry) => Entry | undefined;
}

interface Search {
  attempt(key: NativeValue): Attempt;
  /** Whether there is an answer. @throws {PosixError} when there will be none. */
  isOver(errno: number): boolean;
}

function createSearch(name: string, entryBytes: number): Search {
  let textBytes = firstBytes;
  let interruptions = 0;
  return {
    attempt(key) {
      const struct = Buffer.alloc(entryBytes);
      const texts = Buffer.allocUnsafeSlow(textBytes);
      const result = Buffer.alloc(8);
      return {
        values: [key, struct, texts, texts.length, result],
        entry: (read) =>
          result.readBigUInt64LE(0) === 0n ? undefined : read(createEntryReader(struct, texts)),
      };
    },
    isOver(errno) {
      if (errno === 0 || absentErrnos.has(errno)) return true;
      if (errno === erange && textBytes < maxBytes) textBytes *= 4;
      else if (errno === eintr && interruptions < maxInterruptions) interruptions += 1;
      else throw errnoError(name, errno);
      return false;
    },
  };
}
