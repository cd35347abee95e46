import { defineConfig, type Options } from 'tsup';

/**
 * The one place for build options, so that another bundler would be a change of one file.
 * @param entry - Entry points, by the name of their output. Default: `src/index.ts`.
 * @param format - Module formats. Default: ESM and CommonJS.
 */
export function preset(
  entry: Record<string, string> = { index: 'src/index.ts' },
  overrides: Options = {},
): ReturnType<typeof defineConfig> {
  return defineConfig({
    entry,
    format: ['esm', 'cjs'],
    target: 'node22',
    platform: 'node',
    dts: { compilerOptions: { composite: false, customConditions: [], ignoreDeprecations: '6.0' } },
    clean: true,
    sourcemap: false,
    splitting: false,
    treeshake: true,
    removeNodeProtocol: false,
    silent: true,
    ...overrides,
  });
}
