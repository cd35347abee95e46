import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheConformance } from '@ftpd/cache/conformance';
import { afterAll, describe, it } from 'vitest';
import { createSqliteCache } from '../src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'cache-sqlite-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

cacheConformance({ describe, it }, 'sqlite', {
  open: () => createSqliteCache({ path: join(folder, 'cache.db') }),
  openUnreachable: () => createSqliteCache({ path: '/dev/null/no' }),
  skip: [
    { reason: 'a file carries no messages', tests: ['bus'] },
    {
      reason: 'a file is never silent; locks, which stop only writers, have tests of their own',
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
