// After npm install and npm ci: npm 10 leaves out node_modules/.bin/node, because the package for the other processor,
// which it skips, has a program of the same name.
import { existsSync, rmSync, symlinkSync } from 'node:fs';

const modules = new URL('../../node_modules/', import.meta.url);
const program = `node-${process.platform}-${process.arch}/bin/node`;

if (existsSync(new URL(program, modules)) && !existsSync(new URL('.bin/node', modules))) {
  // A link to nowhere does not exist, and is in the way.
  rmSync(new URL('.bin/node', modules), { force: true });
  symlinkSync(`../${program}`, new URL('.bin/node', modules));
}
