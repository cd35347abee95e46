import { describe, expect, it } from 'vitest';
import {
  completeLockfile,
  missingOptionalPackages,
  platformOf,
  registryAddresses,
  type Lockfile,
} from './lockfile.ts';

const here = { os: 'linux', cpu: 'x64', libc: 'glibc' } as const;

const lock: Lockfile = {
  packages: {
    '': {},
    'node_modules/bundler': {
      version: '2.0.0',
      dev: true,
      optionalDependencies: {
        '@bundler/darwin-arm64': '2.0.0',
        '@bundler/linux-x64-gnu': '2.0.0',
        '@bundler/linux-x64-musl': '2.0.0',
      },
    },
    'node_modules/@bundler/linux-x64-gnu': { version: '2.0.0', optional: true },
    'node_modules/a': { version: '1.0.0' },
    'node_modules/a/node_modules/b': { version: '1.0.0', optionalDependencies: { c: '1.0.0', d: '1.0.0' } },
    'node_modules/a/node_modules/c': { version: '1.0.0' },
    'node_modules/d': { version: '1.0.0' },
  },
};

describe('platformOf', () => {
  it.each([
    ['@rollup/rollup-linux-x64-musl', { os: 'linux', cpu: 'x64', libc: 'musl' }],
    ['@nx/nx-linux-arm-gnueabihf', { os: 'linux', cpu: 'arm', libc: 'glibc' }],
    ['@oxfmt/binding-linux-arm-musleabihf', { os: 'linux', cpu: 'arm', libc: 'musl' }],
    ['@oxlint/binding-android-arm-eabi', { os: 'android', cpu: 'arm' }],
    ['@nx/nx-win32-arm64-msvc', { os: 'win32', cpu: 'arm64' }],
    ['@rollup/rollup-win32-x64-gnu', { os: 'win32', cpu: 'x64' }],
    ['@oxlint-tsgolint/darwin-arm64', { os: 'darwin', cpu: 'arm64' }],
    ['fsevents', undefined],
  ])('%s', (name, platform) => {
    expect(platformOf(name)).toEqual(platform);
  });
});

describe('completeLockfile', () => {
  it('finds what is missing where Node would look, and nothing else', () => {
    expect(missingOptionalPackages(lock).map(({ name }) => name)).toEqual([
      '@bundler/darwin-arm64',
      '@bundler/linux-x64-musl',
    ]);
  });

  it('adds an entry that npm skips on other systems', () => {
    const complete = completeLockfile(lock, here);
    expect(complete.packages['node_modules/@bundler/linux-x64-musl']).toEqual({
      version: '2.0.0',
      cpu: ['x64'],
      dev: true,
      libc: ['musl'],
      optional: true,
      os: ['linux'],
    });
    expect(missingOptionalPackages(complete)).toEqual([]);
    expect(completeLockfile(complete, here)).toBe(complete);
  });

  it('refuses to hide that a package for this system is missing', () => {
    expect(() => completeLockfile(lock, { os: 'darwin', cpu: 'arm64' })).toThrow(
      '@bundler/darwin-arm64@2.0.0',
    );
  });

  it('refuses a missing package that is for no system in particular', () => {
    const odd: Lockfile = { packages: { 'node_modules/a': { optionalDependencies: { fsevents: '2.0.0' } } } };
    expect(() => completeLockfile(odd, here)).toThrow('fsevents@2.0.0');
  });
});

describe('registryAddresses', () => {
  it('takes no notice of links to workspaces', () => {
    expect(
      registryAddresses({
        packages: { 'node_modules/@ftpd/auth': { resolved: 'packages/auth', link: true } },
      }),
    ).toEqual([]);
  });

  it('finds an address', () => {
    const resolved = 'https://registry.example/a.tgz';
    expect(registryAddresses({ packages: { 'node_modules/a': { resolved } } })).toEqual([resolved]);
  });
});
