import { chmodSync, chownSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeFolder, servingIdentity, temporaryFolder } from '@ftpd/test-services';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { trustProblem } from './trust.ts';

let base: string;
let folder: string;

beforeEach(() => {
  base = realpathSync(temporaryFolder('trust-'));
  folder = join(base, 'modules/package');
  mkdirSync(join(folder, 'lib'), { recursive: true, mode: 0o755 });
  writeFileSync(join(folder, 'lib/index.js'), '', { mode: 0o644 });
});

afterEach(() => removeFolder(base));

describe('a package', () => {
  it('is trusted where only root and who runs the daemon can change it, below /tmp too', () => {
    expect(trustProblem(folder)).toBeUndefined();
  });

  it.each(['modules', 'modules/package', 'modules/package/lib', 'modules/package/lib/index.js'])(
    'is not trusted where others may write to %s',
    (name) => {
      chmodSync(join(base, name), 0o757);
      expect(trustProblem(folder)).toContain(`others may change '${join(base, name)}'`);
      chmodSync(join(base, name), 0o775);
      expect(trustProblem(folder)).toContain(`others may change '${join(base, name)}'`);
    },
  );

  it.runIf(servingIdentity().isRoot)('is not trusted where a part of it belongs to somebody else', () => {
    for (const name of ['modules', 'modules/package/lib/index.js']) {
      chownSync(join(base, name), 65_534, 65_534);
      expect(trustProblem(folder)).toContain(`others may change '${join(base, name)}'`);
      chownSync(join(base, name), 0, 0);
    }
  });

  it('is not trusted where a link leads out of it', () => {
    symlinkSync('index.js', join(folder, 'lib/inside'));
    symlinkSync('nothing', join(folder, 'lib/dangling'));
    expect(trustProblem(folder)).toBeUndefined();
    symlinkSync('/proc', join(folder, 'lib/link'));
    expect(trustProblem(folder)).toContain("lib/link' leads out of the package");
  });
});
