import fs from 'node:fs';
import { expect, it } from 'vitest';
import { SharedDescriptor } from './shared-descriptor.ts';

const isOpen = (descriptor: number): boolean => {
  try {
    fs.fstatSync(descriptor);
    return true;
  } catch {
    return false;
  }
};

it('a shared descriptor is closed when its owner and its last user have let it go, in whatever order', () => {
  const first = new SharedDescriptor(fs.openSync('/', 'r'));
  first.hold();
  first.hold();
  first.release();
  first.close();
  expect(isOpen(first.number)).toBe(true);
  first.release();
  expect(isOpen(first.number)).toBe(false);
  const second = new SharedDescriptor(fs.openSync('/', 'r'));
  second.hold();
  second.release();
  expect(isOpen(second.number)).toBe(true);
  second.close();
  expect(isOpen(second.number)).toBe(false);
});
