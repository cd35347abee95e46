/** `npm run lock`, second half: makes package-lock.json whole, so that `npm ci` takes it on every system. */
import { readFileSync, writeFileSync } from 'node:fs';
import { completeLockfile, missingOptionalPackages, registryAddresses, type Lockfile } from './lockfile.ts';

const file = new URL('../../../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(file, 'utf8')) as Lockfile;

const addresses = registryAddresses(lock);
if (addresses.length > 0) {
  console.error(
    `package-lock.json names a registry (${addresses[0]}): keep omit-lockfile-registry-resolved=true in .npmrc and run it again.`,
  );
  process.exit(1);
}

const report = process.report.getReport() as unknown as { header: { glibcVersionRuntime?: string } };
const libc = report.header.glibcVersionRuntime === undefined ? 'musl' : 'glibc';
const missing = missingOptionalPackages(lock);
const complete = completeLockfile(lock, { os: process.platform, cpu: process.arch, libc });
if (complete !== lock) writeFileSync(file, `${JSON.stringify(complete, null, 2)}\n`);
console.log(
  missing.length === 0
    ? 'package-lock.json is complete.'
    : `package-lock.json: added ${missing.length} platform packages.`,
);
