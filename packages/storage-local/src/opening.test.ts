import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { virtualPath } from '@ftpd/storage';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Confinement } from './confinement.ts';
import { confineByDescriptors } from './descriptor-walk.ts';
import { openForReading, openForWriting } from './opening.ts';

const at = virtualPath;

/** A confinement in which another program acts between the look at a name and its use, each time with the next step. */
function raced(confinement: Confinement, steps: (() => void)[]): Confinement {
  return {
    async locate(name, options) {
      const located = await confinement.locate(name, options);
      steps.shift()?.();
      return located;
    },
    pin: (located) => confinement.pin(located),
    verify: (descriptor, located) => confinement.verify(descriptor, located),
    close: () => confinement.close(),
  };
}

describe('an open of a name that changes meanwhile', () => {
  let root: string;
  let confinement: Confinement;
  const own = (name: string): string => `${root}/${name}`;

  beforeEach(async () => {
    root = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'storage-local-'));
    fs.writeFileSync(own('f'), 'content');
    const made = await confineByDescriptors(root);
    if (made === undefined) throw new Error('This system has no /proc/self/fd.');
    confinement = made;
  });

  afterEach(() => {
    confinement.close();
    fs.rmSync(root, { recursive: true, force: true });
  });

  const replaceBy = (make: () => void) => (): void => {
    fs.rmSync(own('f'), { recursive: true, force: true });
    make();
  };

  it('does not wait for a FIFO that came in the place of a file', async () => {
    const toFifo = replaceBy(() => execFileSync('mkfifo', [own('f')]));
    const refused = { code: 'STORAGE_DENIED', message: 'Not a regular file' };
    await expect(openForReading(raced(confinement, [toFifo]), at('/f'))).rejects.toMatchObject(refused);
    fs.rmSync(own('f'));
    fs.writeFileSync(own('f'), '');
    const writing = openForWriting(raced(confinement, [toFifo]), at('/f'), {
      disposition: 'replace',
      mode: 0o644,
    });
    await expect(writing).rejects.toMatchObject({ code: 'ENXIO' });
  });

  it('looks again at a symlink that came in the place of a file', async () => {
    fs.writeFileSync(own('g'), 'other');
    const toLink = replaceBy(() => fs.symlinkSync('g', own('f')));
    const { descriptor, path: opened } = await openForReading(raced(confinement, [toLink]), at('/f'));
    expect([opened, fs.readFileSync(descriptor, 'utf8')]).toEqual(['/g', 'other']);
    fs.closeSync(descriptor);
  });

  it('takes the file that came where there was none', async () => {
    const steps = [() => fs.writeFileSync(own('new'), 'theirs')];
    const { descriptor } = await openForWriting(raced(confinement, steps), at('/new'), {
      disposition: 'append',
      mode: 0o600,
    });
    fs.closeSync(descriptor);
    expect(fs.readFileSync(own('new'), 'utf8')).toBe('theirs');
  });

  it('makes the file that went', async () => {
    const steps = [() => fs.rmSync(own('f'))];
    const { descriptor } = await openForWriting(raced(confinement, steps), at('/f'), {
      disposition: 'resume',
      mode: 0o600,
    });
    fs.closeSync(descriptor);
    expect(fs.statSync(own('f'))).toMatchObject({ size: 0 });
  });

  it('does not take over a file that came before an exclusive one', async () => {
    const steps = [() => fs.writeFileSync(own('new'), 'theirs')];
    const opening = openForWriting(raced(confinement, steps), at('/new'), {
      disposition: 'exclusive',
      mode: 0o600,
    });
    await expect(opening).rejects.toMatchObject({ code: 'EEXIST' });
    expect(fs.readFileSync(own('new'), 'utf8')).toBe('theirs');
  });

  it('gives up on a name that never rests', async () => {
    const steps = Array.from(
      { length: 40 },
      (_, round) => () => (round % 2 === 0 ? fs.rmSync(own('f')) : fs.writeFileSync(own('f'), '')),
    );
    const opening = openForWriting(raced(confinement, steps), at('/f'), {
      disposition: 'append',
      mode: 0o600,
    });
    await expect(opening).rejects.toMatchObject({ code: 'STORAGE_BUSY' });
  });
});
