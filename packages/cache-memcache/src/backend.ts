import {
  createVersionKind,
  type CacheAnswer,
  type CacheBackend,
  type CacheCall,
  type CacheEntry,
  type CacheVersion,
  type Expiry,
  CacheError,
} from '@ftpd/cache';
import { readDone, readValue } from './answers.ts';
import { incrementCounter } from './counter.ts';
import { exptimeOf, isPast, needsServerTime } from './exptime.ts';
import { getKeys } from './get-keys.ts';
import type { Locate } from './ring-view.ts';
import type { ServerLink } from './server-link.ts';
import type { ServerClock } from './server-clock.ts';
import {
  MAKE_NO_COUNTER,
  NOTHING,
  opcodes,
  statuses,
  storeExtras,
  touchExtras,
  type Request,
} from './wire.ts';

const MAX_KEY_BYTES = 250;
const MAX_VALUE_BYTES = 1_000_000;

export interface MemcacheBackendOptions {
  readonly locate: Locate;
  /** Put in front of every key, and left out of the choice of its server. */
  readonly prefix: Uint8Array;
  /** Which of a key's servers is asked first, by its number. */
  readonly chooseReader: (servers: number) => number;
  readonly clock: ServerClock;
  readonly close: () => void;
}

interface Seen {
  readonly link: ServerLink;
  readonly epoch: number;
  readonly cas: Uint8Array;
}

type Store = { readonly key: Buffer; readonly links: readonly ServerLink[]; readonly exptime: number };

const noop: Request = { opcode: opcodes.NOOP, key: NOTHING, extras: NOTHING, value: NOTHING };

/** The operations of `@ftpd/cache` in memcached's binary protocol. */
export function createMemcacheBackend({
  locate,
  prefix,
  chooseReader,
  clock,
  close,
}: MemcacheBackendOptions): CacheBackend {
  const versions = createVersionKind<Seen>();
  const wireKey = (key: Uint8Array): Buffer => Buffer.concat([prefix, key]);
  const first = (links: readonly ServerLink[]): ServerLink => links[0] as ServerLink;

  /** The same for the copies. They are nobody's answer, and so go out though the call itself is over by then. */
  const replicate = (links: readonly ServerLink[], request: Request, { deadlineAtMs }: CacheCall): void => {
    for (const link of links.slice(1)) if (link.isUsable) link.post(request, { deadlineAtMs, isOver: false });
  };

  const remove = async (
    links: readonly ServerLink[],
    key: Buffer,
    call: CacheCall,
    cas?: Uint8Array,
  ): Promise<boolean> => {
    const request = { opcode: opcodes.DELETE, key, extras: NOTHING, value: NOTHING };
    const done = first(links).ask(cas === undefined ? request : { ...request, cas }, call, (frame) =>
      readDone(frame, cas === undefined ? [statuses.NOT_FOUND] : [statuses.NOT_FOUND, statuses.EXISTS]),
    );
    if (cas !== undefined && !(await done)) return false;
    replicate(links, { ...request, opcode: opcodes.DELETEQ }, call);
    return done;
  };

  const read = (link: ServerLink, key: Buffer, call: CacheCall): Promise<Uint8Array | undefined> =>
    link.ask({ opcode: opcodes.GETK, key, extras: NOTHING, value: NOTHING }, call, (frame) =>
      readValue(frame, key),
    );

  /** Asks a key's servers in turn: the next one when one fails, and when a copy has nothing. */
  const readAny = async (
    links: readonly ServerLink[],
    key: Buffer,
    call: CacheCall,
  ): Promise<Uint8Array | undefined> => {
    const start = chooseReader(links.length);
    let failure: Error | undefined;
    let hasMissed = false;
    for (let step = 0; step < links.length && !call.isOver; step += 1) {
      const link = links[(start + step) % links.length] as ServerLink;
      try {
        const value = await read(link, key, call);
        if (value !== undefined || link === links[0]) return value;
        hasMissed = true;
      } catch (error) {
        failure = error as Error;
      }
    }
    if (failure !== undefined && !hasMissed) throw failure;
    return undefined;
  };

  const exptimeFor = (
    expiry: Expiry | undefined,
    link: ServerLink,
    call: CacheCall,
  ): number | Promise<number> =>
    needsServerTime(expiry)
      ? clock.timeS(link, call).then((timeS) => exptimeOf(expiry, timeS))
      : exptimeOf(expiry);

  /** Runs at once if it can: then nothing needs to be copied. */
  const withExptime = <T>(
    key: Uint8Array,
    value: Uint8Array,
    expiry: Expiry | undefined,
    call: CacheCall,
    act: (store: Store, value: Uint8Array) => Promise<T>,
  ): Promise<T> => {
    const links = locate(key);
    const wire = wireKey(key);
    const exptime = exptimeFor(expiry, first(links), call);
    if (typeof exptime === 'number') return act({ key: wire, links, exptime }, value);
    const kept = Uint8Array.from(value);
    return exptime.then((later) => act({ key: wire, links, exptime: later }, kept));
  };

  const store = async (
    opcode: number,
    { key, links, exptime }: Store,
    value: Uint8Array,
    call: CacheCall,
    declined: readonly number[],
    cas?: Uint8Array,
  ): Promise<boolean> => {
    const request = { key, extras: storeExtras(exptime), value };
    const isPlain = opcode === opcodes.SET && cas === undefined;
    const copy = isPlain || links.length === 1 ? value : Uint8Array.from(value);
    const done = first(links).ask(
      cas === undefined ? { ...request, opcode } : { ...request, opcode, cas },
      call,
      (frame) => readDone(frame, declined),
    );
    if (links.length === 1) return done;
    if (!isPlain && !(await done)) return false;
    replicate(links, { ...request, value: copy, opcode: opcodes.SETQ }, call);
    return done;
  };

  return {
    capabilities: {
      isShared: true,
      isDurable: false,
      ttlResolutionMs: 2000,
      maxValueBytes: MAX_VALUE_BYTES,
      maxKeyBytes: MAX_KEY_BYTES - prefix.length,
    },
    readsAtOnce: true,

    get(key, call) {
      const links = locate(key);
      return links.length === 1 ? read(first(links), wireKey(key), call) : readAny(links, wireKey(key), call);
    },

    async getMany(keys, call, tell) {
      const asked = keys.map((key) => ({ key: wireKey(key), links: locate(key) }));
      const again: Promise<void>[] = [];
      const tellOrAskCopies = (index: number, answer: CacheAnswer): void => {
        const { key, links } = asked[index] as (typeof asked)[number];
        if (answer.outcome !== 'error' || links.length === 1 || call.isOver) return tell(index, answer);
        again.push(
          readAny(links, key, call).then(
            (value) => tell(index, value === undefined ? { outcome: 'miss' } : { outcome: 'value', value }),
            () => tell(index, answer),
          ),
        );
      };
      await getKeys(
        asked.map(({ key, links }) => ({ key, link: first(links) })),
        call,
        tellOrAskCopies,
      );
      await Promise.all(again);
    },

    getEntry(key, call): Promise<CacheEntry | undefined> {
      const link = first(locate(key));
      const wire = wireKey(key);
      return link.ask({ opcode: opcodes.GETK, key: wire, extras: NOTHING, value: NOTHING }, call, (frame) => {
        const value = readValue(frame, wire);
        if (value === undefined) return undefined;
        const cas = Uint8Array.from(frame.header.cas);
        if (cas.every((byte) => byte === 0))
          throw new CacheError('CACHE_REFUSED', { message: 'memcached was started without CAS (-C)' });
        return { value, version: versions.seal({ link, epoch: link.epoch, cas }) };
      });
    },

    async set(key, value, expiry, call) {
      if (isPast(expiry)) await remove(locate(key), wireKey(key), call);
      else
        await withExptime(key, value, expiry, call, (to, bytes) => store(opcodes.SET, to, bytes, call, []));
    },

    async add(key, value, expiry, call) {
      if (isPast(expiry)) return (await read(first(locate(key)), wireKey(key), call)) === undefined;
      return withExptime(key, value, expiry, call, (to, bytes) =>
        store(opcodes.ADD, to, bytes, call, [statuses.EXISTS, statuses.NOT_STORED]),
      );
    },

    async replace(key, version: CacheVersion, value, expiry, call) {
      const { link, epoch, cas } = versions.open(version);
      const links = locate(key);
      if (first(links) !== link || link.epoch !== epoch) {
        // What another server, or the same one after a restart, counts is another thing. But an outage is no answer.
        await first(links).ask(noop, call, () => {});
        return false;
      }
      if (isPast(expiry)) return remove(links, wireKey(key), call, cas);
      return withExptime(key, value, expiry, call, (to, bytes) =>
        store(opcodes.SET, to, bytes, call, [statuses.EXISTS, statuses.NOT_FOUND], cas),
      );
    },

    delete: (key, call) => remove(locate(key), wireKey(key), call),

    increment: (key, delta, expiry, call) =>
      isPast(expiry)
        ? incrementCounter(first(locate(key)), wireKey(key), delta, MAKE_NO_COUNTER, call)
        : withExptime(key, NOTHING, expiry, call, (to) =>
            incrementCounter(first(to.links), to.key, delta, to.exptime, call),
          ),

    touch(key, expiry, call) {
      if (isPast(expiry)) return remove(locate(key), wireKey(key), call);
      return withExptime(key, NOTHING, expiry, call, (to) => {
        const request = {
          opcode: opcodes.TOUCH,
          key: to.key,
          extras: touchExtras(to.exptime),
          value: NOTHING,
        };
        const done = first(to.links).ask(request, call, (frame) => readDone(frame, [statuses.NOT_FOUND]));
        replicate(to.links, request, call);
        return done;
      });
    },

    close,
  };
}
