import { logger, type Tree } from '@nx/devkit';
import { packageFiles } from './package-files.ts';

export interface CacheBackendSchema {
  /** The store's name: `foo` makes `packages/cache-foo`. */
  readonly name: string;
}

const layeringFile = 'tools/workspace/src/layering.ts';

/** The row that new ones stand before. */
const nextRow = "  'packages/ban':";

/** `npx nx g @ftpd/tools:cache-backend NAME`: a package with a new cache driver, to be filled in. */
export function cacheBackendGenerator(tree: Tree, { name }: CacheBackendSchema): () => void {
  const folder = `packages/cache-${name}`;
  if (tree.exists(folder))
    throw new Error(`${folder} is there already: choose another name, or write on in it.`);
  const license = tree.read('packages/cache/LICENSE', 'utf8');
  const layering = tree.read(layeringFile, 'utf8');
  if (license === null || layering?.includes(nextRow) !== true)
    throw new Error(`This is not the repository that the generator is made for: see ${layeringFile}.`);
  for (const [path, text] of Object.entries(packageFiles(name, license))) tree.write(path, text);
  tree.write(
    layeringFile,
    layering.replace(nextRow, `  '${folder}': { mayImport: ['packages/cache'] },\n${nextRow}`),
  );
  return () => {
    logger.info(`
Next:
  1. npm install && npm run lock          links the new package
  2. ${folder}/src/${name}-cache.ts       write the operations
  3. npx vitest run --project @ftpd/cache-${name}
The whole way: docs/writing-a-cache-backend.md`);
  };
}
