import fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createMountTable } from './mount-table.ts';

const line = (device: string, point: string): string =>
  `36 35 ${device} /root ${point} rw,noatime shared:1 - ext4 /dev/sda1 rw\n`;

describe('the mount table', () => {
  it('finds the device of a path by the longest mount point', () => {
    const text = line('8:1', '/') + line('0:40', '/mnt/nfs') + line('259:3', '/mnt/nfs/deep');
    const table = createMountTable({ read: () => Buffer.from(text) });
    const devices = ['/', '/mnt', '/mnt/nfsx', '/mnt/nfs', '/mnt/nfs/a/b', '/mnt/nfs/deep/x'];
    expect(devices.map((path) => table.deviceOf(path))).toEqual([0x801, 0x801, 0x801, 40, 40, 0x10303]);
  });

  it('reads names with blanks and bytes that are no UTF-8, and the upper one of two mounts', () => {
    const text = Buffer.concat([
      Buffer.from(line('8:1', '/') + line('0:5', '/a\\040b') + line('0:6', '/a\\040b') + '36 35 0:7 / /'),
      Buffer.from([0xe9]),
      Buffer.from(' rw - tmpfs x rw\n'),
    ]);
    const table = createMountTable({ read: () => text });
    expect(table.deviceOf('/a b/c')).toBe(6);
    expect(table.deviceOf('/\udce9/c')).toBe(7);
  });

  it('is read again after a second, or when asked', () => {
    let now = 0;
    let text = line('8:1', '/');
    const table = createMountTable({ read: () => Buffer.from(text), now: () => now });
    expect(table.deviceOf('/mnt/x')).toBe(0x801);
    text += line('0:9', '/mnt');
    now = 999;
    expect(table.deviceOf('/mnt/x')).toBe(0x801);
    now = 1000;
    expect(table.deviceOf('/mnt/x')).toBe(9);
    const { version } = table;
    text = line('8:1', '/');
    table.refresh();
    expect(table.deviceOf('/mnt/x')).toBe(0x801);
    expect(table.version).toBe(version + 1);
  });

  it('takes lines that are none for nothing', () => {
    const table = createMountTable({ read: () => Buffer.from('\n1 2\n1 2 x:y / /mnt\n') });
    expect(table.deviceOf('/mnt/x')).toBe(0);
  });

  it('agrees with stat about the folders of this machine', () => {
    const table = createMountTable();
    for (const folder of ['/proc', '/dev'])
      expect(table.deviceOf(`${folder}/x`)).toBe(fs.statSync(folder).dev);
  });
});
