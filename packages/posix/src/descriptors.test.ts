import { closeSync, constants, fstatSync, openSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { inProcess } from '../test/in-process.ts';
import { onThread } from '../test/on-thread.ts';
import { scratchFolder } from '../test/scratch-folder.ts';
import {
  closeDescriptor,
  duplicate,
  maxDescriptorsPerMessage,
  receiveDescriptors,
  sendDescriptors,
  setCloseOnExec,
  socketPair,
  watchDescriptor,
  type DescriptorEvents,
} from './index.ts';

const folder = scratchFolder();
const failsWith = (code: string): unknown => expect.objectContaining({ code, name: 'PosixError' });
const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString();
const openDescriptors = (): number => readdirSync('/proc/self/fd').length;

function pairOf(type: 'stream' | 'seqpacket'): [number, number] {
  const pair = socketPair(type);
  onTestFinished(() => {
    for (const fd of pair) {
      try {
        closeDescriptor(fd);
      } catch {
        // The test has closed it.
      }
    }
  });
  return pair;
}

function fileDescriptor(name: string, content: string): number {
  writeFileSync(join(folder, name), content);
  const fd = openSync(join(folder, name), constants.O_RDONLY);
  onTestFinished(() => closeSync(fd));
  return fd;
}

describe.each(['stream', 'seqpacket'] as const)('a pair of %s sockets', (type) => {
  test('carries bytes and descriptors, which are closed on exec', () => {
    const [left, right] = pairOf(type);
    const sent = [fileDescriptor('one', '1'), fileDescriptor('two', '2'), fileDescriptor('three', '3')];
    expect(receiveDescriptors(right, 10, 3)).toBeUndefined();
    expect(sendDescriptors(left, Buffer.from('hello'), sent)).toBe(5);
    const received = receiveDescriptors(right, 10, 3);
    expect(text(received?.bytes)).toBe('hello');
    expect(received?.descriptors.map((fd) => readFileSync(fd, 'latin1'))).toEqual(['1', '2', '3']);
    for (const fd of received?.descriptors ?? []) {
      expect(readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1')).toMatch(/^flags:\s+0?2\d{6}$/m);
      closeDescriptor(fd);
    }
  });

  test('carries bytes alone, and tells the end', () => {
    const [left, right] = pairOf(type);
    expect(sendDescriptors(left, Buffer.from('x'), [])).toBe(1);
    expect(receiveDescriptors(right, 10, 0)).toMatchObject({ descriptors: [] });
    closeDescriptor(left);
    expect(receiveDescriptors(right, 10, 0)).toEqual({ bytes: Buffer.alloc(0), descriptors: [] });
    expect(() => sendDescriptors(right, Buffer.from('x'), [])).toThrow(failsWith('EPIPE'));
  });

  test('refuses a message with more descriptors than were allowed, and leaks none', () => {
    const [left, right] = pairOf(type);
    const fd = fileDescriptor('much', '');
    const before = openDescriptors();
    for (const allowed of [0, 1, 2]) {
      sendDescriptors(left, Buffer.from('x'), [fd, fd, fd]);
      expect(() => receiveDescriptors(right, 10, allowed)).toThrow(failsWith('EMSGSIZE'));
      expect(openDescriptors()).toBe(before);
    }
  });

  test('takes as many descriptors as the kernel allows, and no more', () => {
    const [left, right] = pairOf(type);
    const fd = fileDescriptor('most', '');
    const most = Array.from({ length: maxDescriptorsPerMessage }, () => fd);
    expect(sendDescriptors(left, Buffer.from('x'), most)).toBe(1);
    const received = receiveDescriptors(right, 1, maxDescriptorsPerMessage)?.descriptors ?? [];
    expect(new Set(received).size).toBe(maxDescriptorsPerMessage);
    received.forEach(closeDescriptor);
    expect(() => sendDescriptors(left, Buffer.from('x'), [...most, fd])).toThrow(failsWith('EINVAL'));
  });

  test('never waits: full, nothing is taken', () => {
    const [left] = pairOf(type);
    const block = Buffer.alloc(16_384);
    expect(() => {
      for (let index = 0; index < 10_000; index += 1) sendDescriptors(left, block, []);
    }).toThrow(failsWith('EAGAIN'));
  });

  test('refuses what cannot be sent', () => {
    const [left] = pairOf(type);
    expect(() => sendDescriptors(left, Buffer.alloc(0), [])).toThrow(failsWith('EINVAL'));
    expect(() => sendDescriptors(left, Buffer.from('x'), [99_999])).toThrow(failsWith('EBADF'));
    expect(() => sendDescriptors(99_999, Buffer.from('x'), [])).toThrow(failsWith('EBADF'));
    expect(() => receiveDescriptors(left, 0, 1)).toThrow(failsWith('EINVAL'));
    expect(() => receiveDescriptors(left, 1, 254)).toThrow(failsWith('EINVAL'));
  });
});

test('a packet that is longer than allowed is refused, the next one arrives', () => {
  const [left, right] = pairOf('seqpacket');
  sendDescriptors(left, Buffer.from('too long'), [fileDescriptor('cut', '')]);
  sendDescriptors(left, Buffer.from('next'), []);
  const before = openDescriptors();
  expect(() => receiveDescriptors(right, 4, 1)).toThrow(failsWith('EMSGSIZE'));
  expect(openDescriptors()).toBe(before);
  expect(text(receiveDescriptors(right, 4, 1)?.bytes)).toBe('next');
});

test('a watch tells when there is something to take, and of the end', async () => {
  const [left, right] = pairOf('seqpacket');
  const events: string[] = [];
  await new Promise<void>((resolve) => {
    const watch = watchDescriptor(right, {}, ({ isReadable }) => {
      const message = isReadable ? receiveDescriptors(right, 10, 0) : undefined;
      if (message === undefined) return;
      events.push(text(message.bytes));
      if (message.bytes.length > 0) closeDescriptor(left);
      else {
        watch.close();
        watch.close();
        resolve();
      }
    });
    sendDescriptors(left, Buffer.from('hello'), []);
  });
  expect(events).toEqual(['hello', '']);
});

test('a duplicate is another descriptor of the same file, closed on exec until told otherwise', () => {
  const fd = fileDescriptor('original', 'x');
  const copy = duplicate(fd);
  expect(copy).not.toBe(fd);
  expect(fstatSync(copy).ino).toBe(fstatSync(fd).ino);
  const flags = (): string => readFileSync(`/proc/self/fdinfo/${copy}`, 'latin1');
  expect(flags()).toMatch(/^flags:\s+0?2\d{6}$/m);
  setCloseOnExec(copy, false);
  expect(flags()).not.toMatch(/^flags:\s+0?2\d{6}$/m);
  setCloseOnExec(copy, true);
  expect(flags()).toMatch(/^flags:\s+0?2\d{6}$/m);
  closeDescriptor(copy);
  expect(() => closeDescriptor(copy)).toThrow(failsWith('EBADF'));
  expect(() => duplicate(copy)).toThrow(failsWith('EBADF'));
  expect(() => setCloseOnExec(copy, true)).toThrow(failsWith('EBADF'));
});

test('what a watch settles goes on without waiting for anything else', async () => {
  const texts = await inProcess(async ({ posix }) => {
    const [left, right] = posix.socketPair('seqpacket');
    const received: string[] = [];
    for (const word of ['one', 'two']) {
      const arrival = new Promise<string>((resolve) => {
        const watch = posix.watchDescriptor(right, {}, () => {
          watch.close();
          resolve(Buffer.from(posix.receiveDescriptors(right, 10, 0)?.bytes ?? []).toString());
        });
      });
      posix.sendDescriptors(left, Buffer.from(word), []);
      received.push(await arrival);
    }
    posix.closeDescriptor(left);
    posix.closeDescriptor(right);
    return received;
  }, undefined);
  expect(texts).toEqual(['one', 'two']);
});

test('a watch that nobody holds on to goes on', async () => {
  const events = await inProcess(async ({ posix }) => {
    const [left, right] = posix.socketPair('stream');
    const arrival = new Promise<DescriptorEvents>((resolve) => {
      posix.watchDescriptor(right, {}, (seen) => {
        resolve(seen);
        // After the result is written: the watch would keep the process alive.
        setTimeout(() => process.exit(), 50);
      });
    });
    process.getBuiltinModule('node:v8').setFlagsFromString('--expose-gc');
    process.getBuiltinModule('node:vm').runInNewContext('gc()');
    posix.sendDescriptors(left, Buffer.from('x'), []);
    return arrival;
  }, undefined);
  expect(events).toEqual({ isReadable: true, isWritable: false, isDisconnected: false });
});

test('a watch is refused in a thread, whose end it would not survive', async () => {
  const watching = onThread(({ posix }) => void posix.watchDescriptor(0, {}, () => undefined), undefined);
  await expect(watching).rejects.toThrow(expect.objectContaining({ code: 'EINVAL' }));
});
