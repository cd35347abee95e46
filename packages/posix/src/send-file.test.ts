import { closeSync, constants, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { once } from 'node:events';
import { Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { scratchFolder } from '../test/scratch-folder.ts';
import { closeDescriptor, duplicate, sendFile, socketPair, watchDescriptor } from './index.ts';

const folder = scratchFolder();
const failsWith = (code: string): unknown => expect.objectContaining({ code, name: 'PosixError' });

function fileOf(bytes: Uint8Array): number {
  const path = join(folder, `${bytes.length}`);
  writeFileSync(path, bytes);
  const fd = openSync(path, constants.O_RDONLY);
  onTestFinished(() => closeSync(fd));
  return fd;
}

function untilWritable(fd: number): Promise<void> {
  return new Promise((resolve) => {
    const copy = duplicate(fd);
    const watch = watchDescriptor(copy, { wantsReadable: false, wantsWritable: true }, () => {
      watch.close();
      closeDescriptor(copy);
      resolve();
    });
  });
}

describe('sendFile', () => {
  test('copies from a position to the end, and leaves the offset of the file', async () => {
    const [left, right] = socketPair('stream');
    const file = fileOf(Buffer.from('0123456789'));
    const socket = new Socket({ fd: right });
    expect(await sendFile(left, file, 3, 4)).toBe(4);
    expect(await sendFile(left, file, 7, 100)).toBe(3);
    expect(await sendFile(left, file, 10, 100)).toBe(0);
    expect(await sendFile(left, file, 2 ** 40, 100)).toBe(0);
    closeDescriptor(left);
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).toString()).toBe('3456789');
  });

  test('says when the socket is full, and goes on when it is writable again', async () => {
    const content = Buffer.alloc(3_000_000, 'abcdefghijk');
    const [left, right] = socketPair('stream');
    const file = fileOf(content);
    let position = 0;
    const chunks: Buffer[] = [];
    let socket: Socket | undefined;
    while (position < content.length) {
      try {
        position += await sendFile(left, file, position, 1_048_576);
      } catch (error) {
        expect(error).toEqual(failsWith('EAGAIN'));
        // Nobody reads before this.
        socket ??= new Socket({ fd: right }).on('data', (chunk) => chunks.push(chunk));
        await untilWritable(left);
      }
    }
    closeDescriptor(left);
    expect(socket).toBeDefined();
    await once(socket as Socket, 'close');
    expect(Buffer.concat(chunks).equals(content)).toBe(true);
  });

  test('runs many at once, each with its own answer', async () => {
    const file = fileOf(Buffer.alloc(1000, 'x'));
    const pairs = Array.from({ length: 50 }, () => socketPair('stream'));
    onTestFinished(() => pairs.flat().forEach(closeDescriptor));
    const sent = await Promise.all(pairs.map(([left], index) => sendFile(left, file, 0, index + 1)));
    expect(sent).toEqual(pairs.map((_pair, index) => index + 1));
  });

  test('says why it cannot', async () => {
    const [left, right] = socketPair('stream');
    const file = fileOf(Buffer.from('x'));
    closeDescriptor(right);
    await expect(sendFile(left, file, 0, 1)).rejects.toThrow(failsWith('EPIPE'));
    closeDescriptor(left);
    await expect(sendFile(99_999, file, 0, 1)).rejects.toThrow(failsWith('EBADF'));
    for (const [position, count] of [
      [-1, 1],
      [0.5, 1],
      [2 ** 53, 1],
      [0, 0],
      [0, -1],
      [0, Number.NaN],
    ] as const) {
      await expect(sendFile(1, file, position, count)).rejects.toThrow(failsWith('EINVAL'));
    }
  });
});
