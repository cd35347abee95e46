import assert from 'node:assert/strict';
import { at, entriesOf, get, makeFolder, namesIn, put, type ConformanceCase } from './case.ts';

const oddNames = [
  'a b',
  ' lead',
  'trail ',
  'line\nbreak',
  'cr\r',
  'tab\t',
  '\u0001\u001b[31m',
  '"quoted"',
  "it's",
  '*?[x]',
  '-rf',
  '.hidden',
  '...',
  'back\\slash',
  '%s%n',
  'é',
  'e\u0301',
  '日本語',
  '😀',
  'latin1-\udce9',
  '\udcff\udcfe',
  '\ufeffbom',
  '\ufffd',
  'x'.repeat(255),
];

export const namingCases: readonly ConformanceCase[] = [
  {
    title: 'names are bytes: spaces, line ends, quotes, controls, other encodings',
    async run({ view }) {
      for (const name of oddNames)
        await put(view, `/${name}`, `in ${encodeURIComponent(name.toWellFormed())}`);
      assert.deepEqual(await namesIn(view, '/'), [...oddNames].sort());
      for (const name of oddNames) {
        assert.equal(await get(view, `/${name}`), `in ${encodeURIComponent(name.toWellFormed())}`);
        assert.equal(await view.resolve(at(`/${name}`)), `/${name}`);
        await view.rename(at(`/${name}`), at('/moved'));
        await view.rename(at('/moved'), at(`/${name}`));
        await view.remove(at(`/${name}`));
      }
      assert.deepEqual(await namesIn(view, '/'), []);
    },
  },
  {
    title: 'folders may have such names too',
    async run({ view }) {
      for (const name of oddNames) {
        await makeFolder(view, `/${name}`);
        await put(view, `/${name}/${name}`);
        assert.deepEqual(await namesIn(view, `/${name}`), [name]);
        assert.equal((await entriesOf(view, `/${name}`))[0]?.kind, 'file');
        await view.remove(at(`/${name}/${name}`));
        await view.removeDirectory(at(`/${name}`));
      }
    },
  },
  {
    title: 'a view is entered at a folder with such a name',
    async run({ view, storage, root, identity }) {
      await makeFolder(view, '/a b\udce9');
      await put(view, '/a b\udce9/f', 'in');
      const inner = await storage.enter({ root: `${root}/a b\udce9`, identity });
      assert.equal(await get(inner, '/f'), 'in');
      await inner.close();
    },
  },
];
