import { createMemoryReader } from '@ftpd/config';
import { describe, expect, it } from 'vitest';
import { recordingReader, snapshotReader, type ConfigSnapshot } from './config-snapshot.ts';

describe('a snapshot of a configuration', () => {
  async function snapshot() {
    const reader = recordingReader(createMemoryReader({ '/c/a.conf': 'A \udce9', '/c/b.conf': 'B' }));
    await reader.readFile('/c/a.conf');
    await reader.readFile('/gone').catch(() => undefined);
    await reader.list('/c');
    await reader.look('/c/a.conf');
    await reader.look('/gone');
    // As it travels.
    return snapshotReader(JSON.parse(JSON.stringify(reader.snapshot())) as ConfigSnapshot);
  }

  it('gives what was read', async () => {
    const reader = await snapshot();
    expect(await reader.readFile('/c/a.conf')).toBe('A \udce9');
    expect(await reader.list('/c')).toEqual(['a.conf', 'b.conf']);
    expect(await reader.look('/c/a.conf')).toEqual({ kind: 'file', isSymlink: false });
    expect(await reader.look('/gone')).toBeUndefined();
  });

  it('fails where reading failed, in the same words', async () => {
    await expect((await snapshot()).readFile('/gone')).rejects.toThrow('No such file or directory');
  });

  it.each(['/c/b.conf', '__proto__', '/etc/passwd'])('does not know %s, which was not read', async (path) => {
    const reader = await snapshot();
    await expect(reader.readFile(path)).rejects.toThrow('No such file or directory');
    expect(await reader.look(path)).toBeUndefined();
  });
});
