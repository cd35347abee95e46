import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';

/** The daemon is started hundreds of times, as several users: each has a folder of its own in it. */
const compileCache =
  process.env['FTPD_TEST_COMPILE_CACHE'] ?? `${import.meta.dirname}/node_modules/.cache/ftpd-compiled`;
mkdirSync(compileCache, { recursive: true });
chmodSync(compileCache, 0o1777);

const conditions = ['@ftpd/source', ...defaultServerConditions];

/** Their tests touch nothing but what they make: the files of a package share a process, which saves half of the time. */
const sharesProcess: ReadonlySet<string> = new Set([
  '@ftpd/auth',
  '@ftpd/cache',
  '@ftpd/config',
  '@ftpd/protocol',
  '@ftpd/storage',
  '@ftpd/tpl',
]);

/** Every workspace with a `src` folder is a test project, named as its package. */
const projects = ['packages', 'apps', 'tools'].flatMap((group) =>
  readdirSync(group)
    .map((name) => `${group}/${name}`)
    .filter((root) => existsSync(`${root}/package.json`))
    .map((root) => {
      const { name } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as { name: string };
      return {
        extends: true as const,
        test: {
          name,
          root,
          include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/dist/**'],
          isolate: !sharesProcess.has(name),
        },
      };
    }),
);

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    execArgv: ['--conditions=@ftpd/source'],
    env: { NODE_COMPILE_CACHE: compileCache },
    testTimeout: 20_000,
    hookTimeout: 30_000,
    // Of one file: they wait for servers, most of the time.
    maxConcurrency: 12,
    reporters: ['default', './tools/workspace/src/count-reporter.ts'],
    projects,
  },
});
