import assert from 'node:assert/strict';
import type { WriteDisposition } from '../storage.ts';
import { at, fails, get, makeFolder, put, type CaseSetting, type ConformanceCase } from './case.ts';

async function writeAs(
  { view }: CaseSetting,
  disposition: WriteDisposition,
  content: string,
  position: number,
): Promise<string> {
  const file = await view.openWrite(at('/f'), { disposition, mode: 0o644 });
  await file.write(Buffer.from(content), position);
  await file.close();
  return get(view, '/f');
}

export const writingCases: readonly ConformanceCase[] = [
  {
    title: 'replace makes a file or empties the one that is there',
    async run(setting) {
      assert.equal(await writeAs(setting, 'replace', 'first', 0), 'first');
      assert.equal(await writeAs(setting, 'replace', '2nd', 0), '2nd');
    },
  },
  {
    title: 'replace empties the file when it is opened, before anything is written',
    async run({ view }) {
      await put(view, '/f', 'old');
      const file = await view.openWrite(at('/f'), { disposition: 'replace', mode: 0o644 });
      assert.equal((await view.stat(at('/f'))).sizeBytes, 0);
      await file.close();
    },
  },
  {
    title: 'append writes to the end, wherever the writer believes it is',
    async run(setting) {
      assert.equal(await writeAs(setting, 'append', 'abc', 0), 'abc');
      assert.equal(await writeAs(setting, 'append', 'def', 0), 'abcdef');
      assert.equal(await writeAs(setting, 'append', 'g', 9999), 'abcdefg');
    },
  },
  {
    title: 'resume overwrites at an offset and keeps the rest',
    async run(setting) {
      assert.equal(await writeAs(setting, 'resume', '0123456789', 0), '0123456789');
      assert.equal(await writeAs(setting, 'resume', 'xy', 4), '0123xy6789');
      assert.equal(await writeAs(setting, 'resume', '!', 10), '0123xy6789!');
    },
  },
  {
    title: 'a write behind the end leaves zeros between',
    async run(setting) {
      assert.equal(await writeAs(setting, 'replace', 'x', 3), '\0\0\0x');
    },
  },
  {
    title: 'exclusive makes a file and refuses one that is there, untouched',
    async run(setting) {
      assert.equal(await writeAs(setting, 'exclusive', 'mine', 0), 'mine');
      await fails(
        setting.view.openWrite(at('/f'), { disposition: 'exclusive', mode: 0o644 }),
        'STORAGE_EXISTS',
        '/f',
      );
      assert.equal(await get(setting.view, '/f'), 'mine');
    },
  },
  {
    title: 'of many exclusive openings at once, one makes the file',
    async run({ view }) {
      const options = { disposition: 'exclusive', mode: 0o644 } as const;
      const results = await Promise.allSettled(
        Array.from({ length: 20 }, () => view.openWrite(at('/f'), options)),
      );
      const won = results.filter((result) => result.status === 'fulfilled');
      assert.equal(won.length, 1);
      await Promise.all(won.map((result) => result.value.close()));
    },
  },
  {
    title: 'a folder is not written as a file',
    async run({ view }) {
      await makeFolder(view, '/d');
      for (const disposition of ['replace', 'append', 'resume'] as const) {
        await fails(view.openWrite(at('/d'), { disposition, mode: 0o644 }), 'STORAGE_IS_DIRECTORY', '/d');
      }
      await fails(
        view.openWrite(at('/d'), { disposition: 'exclusive', mode: 0o644 }),
        'STORAGE_EXISTS',
        '/d',
      );
    },
  },
  {
    title: 'a new file has exactly the mode asked for, an existing one keeps its own',
    needs: 'modes',
    async run({ view }) {
      for (const mode of [0o600, 0o640, 0o666, 0o777]) {
        await put(view, `/new-${mode}`, '', mode);
        assert.equal((await view.stat(at(`/new-${mode}`))).mode, mode);
      }
      await put(view, '/new-384', 'x', 0o666);
      assert.equal((await view.stat(at('/new-384'))).mode, 0o600);
    },
  },
  {
    title: 'all bytes arrive, also many at once',
    async run({ view }) {
      const content = Buffer.alloc(
        3 * 1024 * 1024 + 17,
        Buffer.from(Array.from({ length: 251 }, (_, byte) => byte)),
      );
      await put(view, '/f', content);
      assert.ok(Buffer.from(await get(view, '/f'), 'latin1').equals(content));
    },
  },
  {
    title: 'several chunks are written one behind the other, also more than one system call takes',
    async run({ view }) {
      const chunks = Array.from({ length: 3000 }, (_, number) => Buffer.from(String(number)));
      for (const disposition of ['replace', 'append'] as const) {
        await put(view, '/f', '');
        const file = await view.openWrite(at('/f'), { disposition, mode: 0o644 });
        await file.write([Buffer.from('<'), Buffer.alloc(0)], 0);
        await file.write([], 0);
        await file.write(chunks, 1);
        await file.close();
        assert.equal(await get(view, '/f'), `<${chunks.join('')}`);
      }
    },
  },
  {
    title: 'writes at several positions at once do not mix',
    async run({ view }) {
      const file = await view.openWrite(at('/f'), { disposition: 'replace', mode: 0o644 });
      const letters = 'abcdefghijklmnop'.split('');
      await Promise.all(
        letters.map((letter, number) => file.write(Buffer.alloc(5000, letter), number * 5000)),
      );
      await file.close();
      assert.equal(await get(view, '/f'), letters.map((letter) => letter.repeat(5000)).join(''));
    },
  },
  {
    title: 'positions beyond 4 GiB are kept',
    async run({ view }) {
      const position = 5 * 2 ** 30 + 3;
      const file = await view.openWrite(at('/f'), { disposition: 'replace', mode: 0o644 });
      await file.write(Buffer.from('far'), position);
      await file.close();
      assert.equal((await view.stat(at('/f'))).sizeBytes, position + 3);
      const reader = await view.openRead(at('/f'));
      const buffer = Buffer.alloc(8);
      assert.equal(await reader.read(buffer, position - 1), 4);
      assert.equal(buffer.subarray(0, 4).toString(), '\0far');
      await reader.close();
    },
  },
  {
    title: 'truncate cuts a file and lengthens it with zeros',
    async run({ view }) {
      await put(view, '/f', '0123456789');
      const file = await view.openWrite(at('/f'), { disposition: 'resume', mode: 0o644 });
      await file.truncate(4);
      await file.truncate(6);
      await file.close();
      assert.equal(await get(view, '/f'), '0123\0\0');
    },
  },
  {
    title: 'a file opened for writing does not read, one opened for reading does not write',
    async run({ view }) {
      await put(view, '/f', 'abc');
      const writer = await view.openWrite(at('/f'), { disposition: 'resume', mode: 0o644 });
      await fails(writer.read(Buffer.alloc(1), 0), 'STORAGE_DENIED', '/f');
      await writer.close();
      const reader = await view.openRead(at('/f'));
      await fails(reader.write(Buffer.alloc(1), 0), 'STORAGE_DENIED', '/f');
      await fails(reader.truncate(0), 'STORAGE_DENIED', '/f');
      await reader.close();
      assert.equal(await get(view, '/f'), 'abc');
    },
  },
  {
    title: 'a file is closed twice without harm, and is of no use then',
    async run({ view }) {
      await put(view, '/f', 'abc');
      const file = await view.openWrite(at('/f'), { disposition: 'resume', mode: 0o644 });
      await file.close();
      await file.close();
      await fails(file.write(Buffer.from('x'), 0), 'STORAGE_CLOSED', '/f');
      await fails(file.write(Buffer.alloc(0), 0), 'STORAGE_CLOSED', '/f');
      await fails(file.truncate(0), 'STORAGE_CLOSED', '/f');
      await fails(file.stat(), 'STORAGE_CLOSED', '/f');
      const reader = await view.openRead(at('/f'));
      await reader.close();
      await fails(reader.read(Buffer.alloc(1), 0), 'STORAGE_CLOSED', '/f');
    },
  },
  {
    title: 'readers see what a writer has written, without its close',
    async run({ view }) {
      const writer = await view.openWrite(at('/f'), { disposition: 'replace', mode: 0o644 });
      await writer.write(Buffer.from('seen'), 0);
      assert.equal(await get(view, '/f'), 'seen');
      await writer.close();
    },
  },
  {
    title: 'free room is a number of bytes or not known',
    async run({ view }) {
      const free = await view.freeBytes(at('/'));
      assert.ok(free === undefined || (Number.isFinite(free) && free > 0));
    },
  },
];
