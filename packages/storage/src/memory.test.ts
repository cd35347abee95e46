import { describe, it } from 'vitest';
import { storageConformance } from './conformance.ts';
import { createMemoryStorage } from './memory.ts';

const identity = { user: 'me', uid: 1000, gid: 100, groups: [100, 27] };

storageConformance({ describe, it }, 'memory', {
  open: () => ({ storage: createMemoryStorage(), root: '/', identity }),
});
