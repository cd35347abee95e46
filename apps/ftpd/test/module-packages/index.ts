import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { removeFolder, temporaryFolder } from '@ftpd/test-services';

/** A package of one file. */
export interface TestPackage {
  readonly name: string;
  readonly source: string;
}

/** A folder for ModulePath, that belongs to who runs the test and that nobody else may write to. */
export function moduleFolder(packages: readonly TestPackage[]): {
  readonly path: string;
  readonly remove: () => void;
} {
  const path = temporaryFolder('ftpd-modules-');
  for (const { name, source } of packages) {
    const description = {
      name,
      version: '1.0.0',
      type: 'module',
      exports: { '.': { import: './index.js' } },
    };
    for (const [file, content] of [
      ['package.json', JSON.stringify(description)],
      ['index.js', source],
    ] as const) {
      const at = join(path, name, file);
      mkdirSync(dirname(at), { recursive: true, mode: 0o755 });
      writeFileSync(at, content);
      chmodSync(at, 0o644);
    }
  }
  return { path, remove: () => removeFolder(path) };
}

/** A cache driver that holds what it was told of its line. */
export const fooDriver: TestPackage = {
  name: '@acme/ftpd-cache-foo',
  source: `const encode = (text) => new TextEncoder().encode(text);
export const cacheDriver = {
  name: 'foo',
  async connect({ url, options, log }) {
    if (url === 'foo://bad') throw Object.assign(new Error('the line makes no sense'), {
      [Symbol.for('@ftpd/cache.CacheError')]: true, code: 'CACHE_BAD_OPTION', name: 'CacheError' });
    log('notice', 'foo is used');
    return { name: 'foo', get: async () => encode(url + ' ' + JSON.stringify(options)), close: async () => {} };
  },
};
`,
};

/** A module that puts what it finds in a cache in front of the reply to NOOP. */
export const noopModule: TestPackage = {
  name: 'ftpd-mod-noop',
  source: `let cache;
const row = {
  name: 'NoopCache', module: 'mod_noop.c', syntax: 'NoopCache name', contexts: ['server config'],
  repeats: 'last-wins', doc: 'Where the text is.', parse: ([name]) => name,
};
const found = async () => {
  try {
    const value = await cache.get(new TextEncoder().encode('key'));
    return value === undefined ? 'a miss' : new TextDecoder().decode(value);
  } catch (error) {
    return error.code;
  }
};
export const ftpdModule = {
  name: 'mod_noop', apiVersion: 1, directives: [row],
  hooks: {
    connect: async () => { if (cache) await found(); return undefined; },
    post: async (session, { verb }) => (verb === 'NOOP' ? [cache ? await found() : 'no cache'] : undefined),
  },
  async start(context) {
    const [main] = context.servers;
    const name = main.directives.first(row);
    cache = name && await context.caches.of(name, main.directives);
    if (name && !cache) context.log('notice', 'mod_noop: notice: unable to use \\'' + name + '\\': support not enabled');
  },
};
`,
};

/** A module that tells which secrets of the pool there are. */
export const poolSecretModule: TestPackage = {
  name: 'ftpd-mod-pool-secret',
  source: `export const ftpdModule = {
  name: 'mod_pool_secret', apiVersion: 1,
  async start({ poolSecret, log }) {
    const secret = await poolSecret();
    log('notice', 'sealed by ' + secret?.sealingId + ' of ' + secret?.ids.join(' '));
  },
};
`,
};
