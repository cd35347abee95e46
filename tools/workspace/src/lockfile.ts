/** The parts of package-lock.json (version 3) that are looked at here. */
export interface Lockfile {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

export interface LockedPackage {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly link?: boolean;
  readonly resolved?: string;
  readonly license?: string;
  readonly hasInstallScript?: boolean;
  readonly os?: readonly string[] | string;
  readonly cpu?: readonly string[] | string;
  readonly libc?: readonly string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** For which systems a package is, read from a name such as `@rollup/rollup-linux-x64-musl`. */
export interface Platform {
  readonly os: string;
  readonly cpu: string;
  readonly libc?: 'glibc' | 'musl';
}

const platformName =
  /(aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32)-(arm64|armv6|armv7|arm|ia32|loong64|mips64el|ppc64|riscv64|s390x|x64)(?:-(gnu|musl)[a-z]*)?(?:-[a-z]+)?$/;

/** @returns undefined when the name does not end in a platform. */
export function platformOf(packageName: string): Platform | undefined {
  const [, os, cpu, libc] = platformName.exec(packageName) ?? [];
  if (os === undefined || cpu === undefined) return undefined;
  if (os !== 'linux' || libc === undefined) return { os, cpu };
  return { os, cpu, libc: libc === 'gnu' ? 'glibc' : 'musl' };
}

/** An optional dependency that the lock file says nothing about. */
export interface MissingPackage {
  readonly name: string;
  readonly range: string;
  readonly parent: string;
}

/** Every optional dependency without an entry where Node would look for it, from its parent's folder upward. */
export function missingOptionalPackages(lock: Lockfile): MissingPackage[] {
  return Object.entries(lock.packages).flatMap(([parent, { optionalDependencies = {} }]) =>
    Object.entries(optionalDependencies)
      .filter(
        ([name]) => !lookupFolders(parent).some((folder) => `${folder}node_modules/${name}` in lock.packages),
      )
      .map(([name, range]) => ({ name, range, parent })),
  );
}

function lookupFolders(parent: string): string[] {
  const folders = parent === '' ? [] : [`${parent}/`];
  for (
    let end = parent.lastIndexOf('/node_modules/');
    end > 0;
    end = parent.lastIndexOf('/node_modules/', end - 1)
  ) {
    folders.push(`${parent.slice(0, end)}/`);
  }
  return [...folders, ''];
}

/**
 * The lock file with an entry for each missing optional platform package, in npm's order.
 * npm leaves out those that the registry in reach does not have, and then `npm ci` refuses its own file.
 * @throws Error when a missing package has no exact version or no platform in its name, or is for `here`.
 */
export function completeLockfile<T extends Lockfile>(lock: T, here: Platform): T {
  const added = missingOptionalPackages(lock).map(({ name, range, parent }): [string, LockedPackage] => {
    const platform = platformOf(name);
    if (platform === undefined || !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(range)) {
      throw new Error(
        `${name}@${range}, wanted by ${parent}, is not in the lock file: run npm install and look why.`,
      );
    }
    if (platform.os === here.os && platform.cpu === here.cpu && (platform.libc ?? here.libc) === here.libc) {
      throw new Error(
        `${name}@${range}, wanted by ${parent}, is for this system but not in the registry: choose another version of ${parent}.`,
      );
    }
    return [`node_modules/${name}`, entryFor(range, platform, lock.packages[parent]?.dev === true)];
  });
  if (added.length === 0) return lock;
  const entries = [...Object.entries(lock.packages), ...added];
  return { ...lock, packages: Object.fromEntries(entries.sort(([a], [b]) => a.localeCompare(b, 'en'))) };
}

function entryFor(version: string, { os, cpu, libc }: Platform, dev: boolean): LockedPackage {
  return {
    version,
    cpu: [cpu],
    ...(dev && { dev }),
    ...(libc !== undefined && { libc: [libc] }),
    optional: true,
    os: [os],
  };
}

/** Addresses of registries in the lock file; they make `npm ci` depend on one registry. */
export function registryAddresses(lock: Lockfile): string[] {
  return Object.values(lock.packages).flatMap(({ resolved, link }) =>
    resolved !== undefined && link !== true ? [resolved] : [],
  );
}
