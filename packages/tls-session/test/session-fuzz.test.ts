import { createRecordCodec } from '@ftpd/cache';
import tls from 'node:tls';
import { describe, expect, it } from 'vitest';
import { decodeProftpdSession, encodeProftpdSession } from '../src/proftpd/session-records.ts';
import { faultOf } from '../src/session/session-check.ts';
import { readSession } from '../src/session/session-record.ts';
import { decodeRing } from '../src/ticket/ring-record.ts';
import { madeS, session12 } from './fixtures/sessions.ts';
import { secret } from './pool.ts';

const id = Buffer.from(readSession(session12)!.id);
const rules = {
  id,
  context: Buffer.of(1, 0, 0, 0),
  takesProftpdContexts: false,
  clientVerification: 'none',
  nowMs: (madeS + 60) * 1000,
} as const;

/**
 * Where a session in clear may differ from the one that was written without anybody being able to see it: version, cipher,
 * key, start, timeout, flags and group. What whoever writes there gets of it is a handshake that fails.
 */
const open = new Set<number>();
for (const [from, to] of [
  [8, 9],
  [11, 13],
  [49, 97],
  [101, 105],
  [109, 111],
  [123, 124],
  [128, 129],
] as const)
  for (let at = from; at < to; at++) open.add(at);

/** Numbers that are the same in each run. */
function createDice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

type Mutate = (bytes: Buffer, dice: (below: number) => number) => Buffer;

/** As what a broken store, or somebody who plays with it, makes of a record. */
const mutations: readonly Mutate[] = [
  (bytes, dice) => {
    const copy = Buffer.from(bytes);
    copy[dice(copy.length)]! ^= 1 << dice(8);
    return copy;
  },
  (bytes, dice) => {
    const copy = Buffer.from(bytes);
    for (let count = 1 + dice(4); count > 0; count--) copy[dice(copy.length)] = dice(256);
    return copy;
  },
  (bytes, dice) => bytes.subarray(0, dice(bytes.length)),
  (bytes, dice) => {
    const at = dice(bytes.length);
    return Buffer.concat([bytes.subarray(0, at), Buffer.of(dice(256)), bytes.subarray(at)]);
  },
  (bytes, dice) => {
    const at = dice(bytes.length);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + dice(3))]);
  },
  (bytes, dice) => {
    const [from, to] = [dice(bytes.length), dice(bytes.length)];
    const copy = Buffer.from(bytes);
    bytes.copy(copy, to, from, from + dice(16));
    return copy;
  },
  (bytes, dice) => Buffer.concat([bytes, bytes.subarray(0, 1 + dice(9))]),
];

/** @returns the places where they differ, undefined if they have not the same length. */
function differences(one: Uint8Array, other: Uint8Array): number[] | undefined {
  if (one.length !== other.length) return undefined;
  const places: number[] = [];
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) places.push(at);
  return places;
}

/** @returns why what was read is not the session that was written, undefined if it is or if nothing was read. */
function wrong(der: Uint8Array | undefined): string | undefined {
  const session = der === undefined ? undefined : readSession(der);
  if (der === undefined || session === undefined || faultOf(session, rules) !== undefined) return undefined;
  const places = differences(der, session12);
  return places?.every((at) => open.has(at)) ? undefined : `accepted ${Buffer.from(der).toString('hex')}`;
}

/** Seconds on a machine that has nothing else to do. */
const patience = 120_000;

describe('a million records that were changed', { timeout: patience }, () => {
  const dice = createDice(1);
  const mutated = (bytes: Buffer): Buffer => mutations[dice(mutations.length)]!(bytes, dice);

  it('are none, or the session that was written (session in clear, 700,000)', () => {
    let accepted: Buffer[] = [];
    for (let run = 0; run < 700_000; run++) {
      const der = mutated(session12);
      const fault = wrong(der);
      if (fault !== undefined) expect.fail(fault);
      const session = readSession(der);
      if (session !== undefined && faultOf(session, rules) === undefined && accepted.length < 2000)
        accepted.push(der);
    }
    // OpenSSL gets what we take: it must not stumble over it.
    accepted = accepted.filter((der) => !der.equals(session12));
    expect(accepted.length).toBeGreaterThan(100);
    const socket = new tls.TLSSocket(undefined as never) as tls.TLSSocket & { setSession(der: Buffer): void };
    for (const der of accepted) {
      try {
        socket.setSession(der);
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
      }
    }
    socket.destroy();
  });

  it('are none, or the session that was written (JSON, 200,000)', () => {
    const record = Buffer.from(encodeProftpdSession('json', { der: session12, expiresS: madeS + 1800 })!);
    const faults = new Set<string | undefined>();
    for (let run = 0; run < 200_000; run++)
      faults.add(wrong(decodeProftpdSession('json', mutated(record))?.der));
    expect([...faults]).toEqual([undefined]);
  });

  it('are none, or the session that was written (TPL, 60,000)', () => {
    const record = Buffer.from(encodeProftpdSession('tpl', { der: session12, expiresS: madeS + 1800 })!);
    const head = record.subarray(0, 28 + session12.length + 8);
    const tail = record.subarray(head.length);
    const faults = new Set<string | undefined>();
    for (let run = 0; run < 60_000; run++)
      faults.add(wrong(decodeProftpdSession('tpl', Buffer.concat([mutated(head), tail]))?.der));
    expect([...faults]).toEqual([undefined]);
  });

  it.each([
    ['tls-session', session12],
    ['tls-ticket-keys', Buffer.alloc(1 + 3 * 56, 1)],
  ] as const)('are none at all when the pool has sealed them (%s, 20,000)', (type, content) => {
    const key = Buffer.from('a key');
    const codec = createRecordCodec(secret, { type, version: 1 });
    const record = Buffer.from(codec.seal(key, content, 1));
    let opened = 0;
    const { stackTraceLimit } = Error;
    // Most of the time would go into writing down where it failed.
    Error.stackTraceLimit = 0;
    for (let run = 0; run < 20_000; run++) {
      const changed = mutated(record);
      try {
        codec.open(key, changed);
        if (!changed.equals(record)) opened++;
      } catch {
        // As it has to be.
      }
    }
    Error.stackTraceLimit = stackTraceLimit;
    expect(opened).toBe(0);
  });

  it('are no ring of keys, but one that is written so', () => {
    const ring = Buffer.alloc(1 + 2 * 56, 0);
    ring[0] = 2;
    ring[1] = 9;
    const counts = new Set<number | undefined>();
    for (let run = 0; run < 20_000; run++) counts.add(decodeRing(mutated(ring))?.length);
    expect(counts).toEqual(new Set([2, undefined]));
  });
});
