import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeFolder, temporaryFolder, type ServerSetup, type TestServer } from '@ftpd/test-services';
import { beforeEach } from 'vitest';
import { atEnd } from './at-end.ts';
import type { TestedServer } from './servers.ts';

/** For each test of a suite a folder for what the serving user must not read, and servers whose configurations name it. */
export interface ClosedFolder {
  /** Only who runs the tests gets into it: for an ordinary user the process itself. */
  readonly path: () => string;
  /** Writes a file that is for its owner alone. */
  readonly put: (file: string, content: string) => void;
  /** `text` with the folder's path in the place of `{closed}`. */
  readonly fill: (text: string) => string;
  /** Starts one whose configuration is filled; it ends after the test. */
  readonly start: (start: TestedServer['start'], setup: ServerSetup) => Promise<TestServer>;
}

/** Called in a suite. */
export function closedFolders(): ClosedFolder {
  let path: string;
  beforeEach(() => {
    path = temporaryFolder('closed-');
    atEnd(() => removeFolder(path));
  });
  const fill = (text: string): string => text.replaceAll('{closed}', path);
  return {
    path: () => path,
    put: (file, content) => writeFileSync(join(path, file), content, { mode: 0o600 }),
    fill,
    async start(start, setup) {
      const server = await start({ ...setup, config: fill(setup.config) });
      atEnd(() => server.stop());
      return server;
    },
  };
}
