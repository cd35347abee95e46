import type { CacheVersion } from './cache.ts';
import { CacheError } from './errors.ts';

/** Makes and reads the versions of one driver: `seal` what its compare-and-set needs, and `open` it again. */
export interface VersionKind<Content> {
  seal(content: Content): CacheVersion;
  /** @throws {CacheError} CACHE_BAD_OPTION for a version that another cache gave. */
  open(version: CacheVersion): Content;
}

interface Sealed<Content> extends CacheVersion {
  readonly kind: VersionKind<Content>;
  readonly content: Content;
}

/** One for each cache (not for each driver), so that a version of one store is not taken for another's. */
export function createVersionKind<Content>(): VersionKind<Content> {
  const kind: VersionKind<Content> = {
    seal: (content): Sealed<Content> => ({ brand: 'CacheVersion', kind, content }),
    open(version) {
      const sealed = version as Partial<Sealed<Content>> | undefined;
      if (sealed?.kind !== kind)
        throw new CacheError('CACHE_BAD_OPTION', {
          message: 'The version does not come from getEntry of this cache',
        });
      return sealed.content as Content;
    },
  };
  return kind;
}
