import { readme } from './readme.ts';

/** `foo-bar` as `FooBar`. */
function pascalCase(name: string): string {
  return name.replace(/(^|-)([a-z0-9])/g, (_all, _hyphen, letter: string) => letter.toUpperCase());
}

function packageJson(name: string): string {
  const module = (extension: string, types: string): object => ({
    types: `./dist/index.${types}`,
    default: `./dist/index.${extension}`,
  });
  const manifest = {
    name: `@ftpd/cache-${name}`,
    version: '0.0.0',
    description: `Driver of @ftpd/cache for ${name}.`,
    keywords: ['cache', name],
    license: 'MIT',
    type: 'module',
    sideEffects: false,
    engines: { node: '>=22' },
    exports: {
      '.': {
        '@ftpd/source': './src/index.ts',
        import: module('js', 'd.ts'),
        require: module('cjs', 'd.cts'),
      },
      './package.json': './package.json',
    },
    main: './dist/index.cjs',
    module: './dist/index.js',
    types: './dist/index.d.ts',
    files: ['dist', 'README.md', 'CHANGELOG.md', 'LICENSE'],
    publishConfig: { access: 'public' },
    scripts: {
      build: 'tsup',
      'check-package': 'publint --strict && attw --pack . --exclude-entrypoints package.json',
    },
    dependencies: { '@ftpd/cache': '^0.0.0' },
  };
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}

const tsconfig = `{
  "extends": "../../tsconfig.base.json",
  "compilerOptions": {
    "rootDir": "src",
    "outDir": "dist"
  },
  "include": ["src"],
  "exclude": ["src/**/*.test.ts"]
}
`;

const tsupConfig = `import { preset } from '../../tsup.base.ts';

export default preset({ index: 'src/index.ts' });
`;

function driver(name: string): string {
  const type = pascalCase(name);
  return `import { CacheError, createCache, defineCacheDriver } from '@ftpd/cache';
import type { Cache, CacheBackend, CacheDriver } from '@ftpd/cache';

export interface ${type}CacheOptions {
  /** Where the store is. */
  readonly url: string;
  /** For logs and events. Default \`${name}\`. */
  readonly name?: string;
  /** Milliseconds for calls that say nothing of their own, > 0. Default 1000. */
  readonly deadlineMs?: number;
}

/** A cache in ${name}. */
export function create${type}Cache(options: ${type}CacheOptions): Cache {
  const { url, name = '${name}', deadlineMs = 1000 } = options;
  return createCache(${camelCase(type)}Backend(url), { name, deadlineMs });
}

/** For programs that know drivers by name: \`${name}://…\`. */
export const cacheDriver: CacheDriver = defineCacheDriver({
  name: '${name}',
  connect: async ({ url }) => create${type}Cache({ url }),
});

/** The operations. \`createCache\` has checked the arguments, and keeps the deadlines; see CacheBackend. */
function ${camelCase(type)}Backend(url: string): CacheBackend {
  const notWritten = (): never => {
    throw new CacheError('CACHE_UNAVAILABLE', { message: \`The driver for \${url} is not written yet\` });
  };
  return {
    capabilities: {
      isShared: true,
      isDurable: false,
      ttlResolutionMs: 1,
      maxValueBytes: 1_000_000,
      maxKeyBytes: 250,
    },
    // Each gets the arguments that CacheBackend lists: get: async (key, call) => …
    get: notWritten,
    getEntry: notWritten,
    set: notWritten,
    add: notWritten,
    replace: notWritten,
    delete: notWritten,
    increment: notWritten,
    touch: notWritten,
    close: () => {},
  };
}
`;
}

function camelCase(type: string): string {
  return type.charAt(0).toLowerCase() + type.slice(1);
}

function index(name: string): string {
  const type = pascalCase(name);
  return `export { cacheDriver, create${type}Cache, type ${type}CacheOptions } from './${name}-cache.ts';\n`;
}

function conformanceTest(name: string): string {
  const create = `create${pascalCase(name)}Cache`;
  return `import { cacheConformance } from '@ftpd/cache/conformance';
import { describe, it } from 'vitest';
import { ${create} } from '../src/index.ts';

cacheConformance({ describe, it }, '${name}', {
  open: () => ${create}({ url: '${name}://127.0.0.1' }),
  openUnreachable: () => ${create}({ url: '${name}://127.0.0.1:1' }),
  skip: [
    { reason: 'this store carries no messages', tests: ['bus'] },
    {
      // Better: openPausable, with a server that SIGSTOP and SIGCONT stop and wake.
      reason: 'this store is never silent',
      tests: [
        'a store that keeps silent is an error of every operation, within the deadline, and never a miss',
        'after the silence the cache works again by itself',
        'what was given up never becomes the answer to something else',
        'an abort ends a call at once, and only that call',
        'a close ends calls that wait for a silent store with CACHE_CLOSED',
      ],
    },
  ],
});
`;
}

function changeset(name: string): string {
  return `---
'@ftpd/cache-${name}': minor
---

First release: a driver of @ftpd/cache for ${name}.
`;
}

/**
 * The files of a new driver's package, by their path in the repository.
 * @param license - The text that every package carries.
 */
export function packageFiles(name: string, license: string): Readonly<Record<string, string>> {
  const folder = `packages/cache-${name}`;
  return {
    [`${folder}/LICENSE`]: license,
    [`${folder}/README.md`]: readme(name, pascalCase(name)),
    [`${folder}/package.json`]: packageJson(name),
    [`${folder}/tsconfig.json`]: tsconfig,
    [`${folder}/tsup.config.ts`]: tsupConfig,
    [`${folder}/src/index.ts`]: index(name),
    [`${folder}/src/${name}-cache.ts`]: driver(name),
    [`${folder}/test/conformance.test.ts`]: conformanceTest(name),
    [`.changeset/cache-${name}.md`]: changeset(name),
  };
}
