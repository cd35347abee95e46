// After npm install and npm ci: several packages have a program of this name (the other processor's, other versions for
// tests), and whose node_modules/.bin/node becomes is npm's choice.
import { existsSync, rmSync, symlinkSync } from 'node:fs';

const modules = new URL('../../node_modules/', import.meta.url);
const program = `node-${process.platform}-${process.arch}/bin/node`;

if (existsSync(new URL(program, modules))) {
  rmSync(new URL('.bin/node', modules), { force: true });
  symlinkSync(`../${program}`, new URL('.bin/node', modules));
}
