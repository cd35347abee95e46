import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMemoryCache } from '../memory.ts';
import { readPoolSecretFile } from './pool-secret-file.ts';
import { newPoolSecret, PoolSecret } from './pool-secret.ts';
import { createRecordCodec, maxSealBytes, type RecordKind } from './record-codec.ts';
import { createSealedRecords } from './sealed-records.ts';

const kind: RecordKind = { type: 'ticket-keys', version: 1 };
const text = `new ${Buffer.alloc(32, 7).toString('base64')}\n# left over\n\nold ${Buffer.alloc(32, 8).toString('base64')}\n`;
const secret = PoolSecret.parse(text);
const codec = createRecordCodec(secret, kind);
const key = Buffer.from('mod_tls.key\0');
const content = Buffer.from('the content');

const badRecord = expect.objectContaining({ code: 'CACHE_BAD_RECORD' }) as Error;

function open(record: Uint8Array, asKind = kind, asKey: Uint8Array = key, asSecret = secret): unknown {
  try {
    return String(Buffer.from(createRecordCodec(asSecret, asKind).open(asKey, record).content));
  } catch (error) {
    return error;
  }
}

describe('PoolSecret.parse', () => {
  it('takes the first line to seal with, and all to open', () => {
    expect(secret.sealingId).toBe('new');
    expect(secret.ids).toEqual(['new', 'old']);
  });

  it.each([
    ['', 'has no line'],
    ['# only a comment', 'has no line'],
    ['short AAAA', 'Line 1 of the pool secret does not hold 32 bytes in base64'],
    [`a ${'A'.repeat(42)}!=`, 'does not hold 32 bytes'],
    [`\nbad/id ${'A'.repeat(43)}=`, 'Line 2 of the pool secret is not `id base64`'],
    [`a ${'A'.repeat(43)}= more`, 'is not `id base64`'],
    [`a ${'A'.repeat(43)}=\na ${'A'.repeat(43)}=`, "names 'a' a second time"],
    [Array.from({ length: 17 }, (_none, index) => `k${index} ${'A'.repeat(43)}=`).join('\n'), 'one too many'],
  ])('refuses %j', (bad, message) => {
    expect(() => PoolSecret.parse(bad)).toThrow(
      expect.objectContaining({ code: 'CACHE_BAD_SECRET' }) as Error,
    );
    expect(() => PoolSecret.parse(bad)).toThrow(message);
  });

  it('never prints a secret', () => {
    const printed = `${inspect(secret, { depth: 9, showHidden: true })} ${JSON.stringify(secret)}`;
    expect(printed).not.toContain(Buffer.alloc(32, 7).toString('base64'));
    expect(printed).not.toContain('07 07');
    expect(printed).toContain('"ids":["new","old"]');
  });

  it('derives keys that differ by secret and purpose', () => {
    const keys = [
      ['new', 'a'],
      ['new', 'b'],
      ['old', 'a'],
    ].map(([id = '', purpose = '']) => secret.deriveKey(id, purpose)?.toString('hex'));
    expect(new Set(keys).size).toBe(3);
    expect(secret.deriveKey('none', 'a')).toBeUndefined();
  });
});

describe('newPoolSecret', () => {
  it('makes a secret under a name with the date, and keeps the old ones behind it', () => {
    const made = PoolSecret.parse(newPoolSecret({ previous: text, nowMs: Date.UTC(2030, 0, 2) }));
    expect(made.sealingId).toMatch(/^2030-01-02-[0-9a-f]{4}$/);
    expect(made.ids.slice(1)).toEqual(['new', 'old']);
    expect(newPoolSecret()).not.toBe(newPoolSecret());
  });

  it('refuses a name that is none, and one that is taken', () => {
    expect(() => newPoolSecret({ id: 'two words' })).toThrow('is not `id base64`');
    expect(() => newPoolSecret({ id: 'old', previous: text })).toThrow('a second time');
  });
});

describe('readPoolSecretFile', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ftpd-pool-secret-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const write = (mode: number, what = text): string => {
    const path = join(folder, `secret-${mode.toString(8)}-${what.length}`);
    writeFileSync(path, what);
    chmodSync(path, mode);
    return path;
  };

  it('reads a file that only its owner can read', async () => {
    expect((await readPoolSecretFile(write(0o600))).ids).toEqual(['new', 'old']);
    expect((await readPoolSecretFile(write(0o400))).ids).toEqual(['new', 'old']);
  });

  it.each([0o640, 0o604, 0o620, 0o602, 0o610, 0o666])('refuses the mode %o', async (mode) => {
    await expect(readPoolSecretFile(write(mode))).rejects.toMatchObject({
      code: 'CACHE_BAD_SECRET',
      message: expect.stringContaining('give it the mode 0600') as string,
    });
  });

  it('refuses what is missing, no file, too long, or of another owner', async () => {
    await expect(readPoolSecretFile(join(folder, 'none'))).rejects.toThrow('cannot be opened');
    await expect(readPoolSecretFile(folder)).rejects.toThrow('is not a regular file');
    await expect(readPoolSecretFile(write(0o600, '#'.repeat(70_000)))).rejects.toThrow('is longer than');
    await expect(readPoolSecretFile(write(0o600), [4711])).rejects.toThrow('belongs to the user');
  });

  it('looks at the file that a link leads to', async () => {
    const link = join(folder, 'link');
    symlinkSync(write(0o644), link);
    await expect(readPoolSecretFile(link)).rejects.toThrow('give it the mode 0600');
  });
});

describe('a record codec', () => {
  it('opens what it sealed, with its generation', () => {
    const record = codec.seal(key, content, 42);
    expect(record.length).toBeLessThanOrEqual(content.length + maxSealBytes);
    expect(codec.open(key, record)).toEqual({ content, generation: 42 });
    expect(Buffer.from(record).includes(content)).toBe(false);
  });

  it('opens what an older secret sealed, and nothing of an unknown one', () => {
    const old = PoolSecret.parse(text.split('\n').reverse().join('\n'));
    const record = createRecordCodec(old, kind).seal(key, content, 1);
    expect(open(record)).toBe('the content');
    const alone = PoolSecret.parse(text.split('\n')[0] ?? '');
    expect(open(record, kind, key, alone)).toEqual(badRecord);
  });

  it('refuses a record of another type, version or key', () => {
    const record = codec.seal(key, content, 1);
    expect(open(record, { ...kind, type: 'other' })).toEqual(badRecord);
    expect(open(record, { ...kind, version: 2 })).toEqual(badRecord);
    expect(open(record, kind, Buffer.from('mod_tls.key'))).toEqual(badRecord);
  });

  it('refuses what is older than asked for', () => {
    const record = codec.seal(key, content, 41);
    expect(codec.open(key, record, 41).generation).toBe(41);
    expect(() => codec.open(key, record, 42)).toThrow(badRecord);
  });

  it('refuses a record that was cut, at every length', () => {
    const record = codec.seal(key, content, 1);
    for (let length = 0; length < record.length; length++)
      expect(open(record.subarray(0, length))).toEqual(badRecord);
    expect(open(Buffer.concat([record, Buffer.of(0)]))).toEqual(badRecord);
  });

  it('refuses a record with any bit changed', () => {
    const record = codec.seal(key, content, 1);
    for (let bit = 0; bit < record.length * 8; bit++) {
      const changed = Buffer.from(record);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(open(changed)).toEqual(badRecord);
    }
  });

  it('throws nothing but CACHE_BAD_RECORD, whatever it is given', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), fc.boolean(), (bytes, looksRight) => {
        const record = looksRight ? Buffer.concat([Buffer.from('\xf1\x03new', 'latin1'), bytes]) : bytes;
        expect(open(record)).toEqual(badRecord);
      }),
      { numRuns: 300 },
    );
  });
});

describe('sealed records in a cache', () => {
  const setUp = () => {
    const cache = createMemoryCache();
    let nowMs = 1000;
    const clock = { now: () => nowMs, set: (ms: number) => (nowMs = ms) };
    return { cache, clock, records: createSealedRecords(cache, codec, clock) };
  };

  it('are read and written as others are', async () => {
    const { records } = setUp();
    expect(await records.get(key)).toBeUndefined();
    expect(await records.add(key, content)).toBe(true);
    expect(await records.add(key, Buffer.from('late'))).toBe(false);
    expect((await records.get(key))?.content).toEqual(content);
    const entry = await records.getEntry(key);
    expect(await records.replace(key, entry!.version, Buffer.from('next'))).toBe(true);
    expect((await records.get(key))?.content.toString()).toBe('next');
    expect(await records.touch(key, { ttlMs: 1000 })).toBe(true);
    expect(await records.delete(key)).toBe(true);
  });

  it('are never given again once a newer one was seen', async () => {
    const { cache, records, clock } = setUp();
    await records.set(key, content);
    const recorded = await cache.get(key);
    clock.set(500);
    await records.set(key, Buffer.from('next'));
    expect((await records.get(key))?.generation).toBe(1001);
    await cache.set(key, recorded!);
    await expect(records.get(key)).rejects.toMatchObject({ code: 'CACHE_BAD_RECORD' });
  });

  it('stay readable after a write that was declined', async () => {
    const { records, clock } = setUp();
    await records.set(key, content);
    clock.set(9000);
    expect(await records.add(key, Buffer.from('late'))).toBe(false);
    expect((await records.get(key))?.content).toEqual(content);
  });

  it('refuse keys and contents that do not fit, before anything is sealed', async () => {
    const { records } = setUp();
    await expect(records.set(Buffer.alloc(0), content)).rejects.toMatchObject({ code: 'CACHE_BAD_KEY' });
    await expect(records.set(key, Buffer.alloc(1_000_000))).rejects.toMatchObject({
      code: 'CACHE_BAD_VALUE',
    });
  });
});
