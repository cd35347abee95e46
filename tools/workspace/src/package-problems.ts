import type { LockedPackage, Lockfile } from './lockfile.ts';
import { declaredDependencies, type Manifest } from './workspaces.ts';

/** What `npm pack --json` says of a package. Sizes in bytes. */
export interface PackedPackage {
  readonly filename: string;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

/** A library of this project is text of a few thousand lines in four forms; more means that something slipped in. */
const maxUnpackedBytes = 1_500_000;

const mustHave = ['LICENSE', 'README.md', 'package.json'];
const mayHave = /^(LICENSE|README\.md|CHANGELOG\.md|package\.json|dist\/.*|bin\/.*)$/;
/** Their script only builds what their packages bring anyway: they work where scripts are refused, as here (`allowScripts`). */
const needsNoScript: ReadonlySet<string> = new Set(['koffi']);
const freeLicences = /^(MIT|ISC|BSD-[23]-Clause|Apache-2\.0|0BSD)$/;

/** Of several that are offered (SPDX `OR`), one that is free is enough; what is joined by `AND` is looked at as a whole. */
const isFree = (licence: string): boolean =>
  licence
    .replace(/^\(([^()]*)\)$/, '$1')
    .split(' OR ')
    .some((offered) => freeLicences.test(offered));

/** Everything that is wrong with a package as it would be published; a sentence each. */
export function packageProblems(
  files: readonly { readonly path: string }[],
  unpackedBytes: number,
  manifest: Manifest,
  lock: Lockfile,
): string[] {
  const paths = files.map(({ path }) => path);
  return [
    ...mustHave.filter((path) => !paths.includes(path)).map((path) => `has no ${path}.`),
    ...(paths.some((path) => path.startsWith('dist/')) ? [] : ['has no dist/: run npm run build first.']),
    ...paths
      .filter((path) => !mayHave.test(path))
      .map((path) => `publishes ${path}, which is no use to its users.`),
    ...paths.filter((path) => /\.(test|bench)\./.test(path)).map((path) => `publishes the test ${path}.`),
    ...(unpackedBytes > maxUnpackedBytes
      ? [`has ${unpackedBytes} bytes unpacked, more than ${maxUnpackedBytes}.`]
      : []),
    ...declaredDependencies(manifest).flatMap((name) =>
      dependencyProblems(name, lock.packages[`node_modules/${name}`]),
    ),
  ];
}

function dependencyProblems(name: string, locked: LockedPackage | undefined): string[] {
  if (locked === undefined)
    return [`depends on ${name}, which package-lock.json does not have: run npm run lock.`];
  if (locked.link === true) return [];
  const { hasInstallScript = false, license = 'unknown' } = locked;
  return [
    ...(hasInstallScript && !needsNoScript.has(name)
      ? [`depends on ${name}, which runs a script when it is installed.`]
      : []),
    ...(isFree(license) ? [] : [`depends on ${name}, whose licence is ${license}.`]),
  ];
}
