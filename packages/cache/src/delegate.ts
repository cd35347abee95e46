import type { Cache } from './cache.ts';

/** A cache that hands everything on to another, as a start for one that changes some of it. */
export function delegateTo(cache: Cache): Cache {
  return {
    name: cache.name,
    capabilities: cache.capabilities,
    ...(cache.bus === undefined ? {} : { bus: cache.bus }),
    get: (...args) => cache.get(...args),
    getMany: (...args) => cache.getMany(...args),
    getEntry: (...args) => cache.getEntry(...args),
    set: (...args) => cache.set(...args),
    add: (...args) => cache.add(...args),
    replace: (...args) => cache.replace(...args),
    delete: (...args) => cache.delete(...args),
    increment: (...args) => cache.increment(...args),
    touch: (...args) => cache.touch(...args),
    close: () => cache.close(),
  };
}
