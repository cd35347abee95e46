import { describe, it } from 'vitest';
import { cacheConformance } from '../src/conformance.ts';
import { createMemoryCache } from '../src/memory.ts';

cacheConformance({ describe, it }, 'memory', {
  open: () => createMemoryCache(),
  skip: [{ reason: 'its store is in the same process and answers at once', tests: ['outages'] }],
});
