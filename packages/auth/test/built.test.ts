import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const tsup = fileURLToPath(new URL('../../../node_modules/tsup/dist/cli-default.js', import.meta.url));
/** Below the package, so that its dependencies are found; below node_modules, so that git does not see it. */
const outDir = `${root}node_modules/.built-test`;

const program = `
  const hasher = createHasherPool({ maxParallel: 1, idleMs: 1 });
  const stored = hashPassword('pw', 'sha512', { cost: 1000 });
  Promise.all(['pw', 'px'].map((password) => hasher.check(password, stored, { remoteAddress: '192.0.2.1' })))
    .then((answers) => console.log(answers.join(' ')));
`;

beforeAll(async () => {
  await run(process.execPath, [tsup, '--out-dir', outDir, '--no-dts'], { cwd: root });
}, 60_000);
afterAll(() => rmSync(outDir, { recursive: true, force: true }));

it.each([
  ['module', `import { createHasherPool, hashPassword } from '${outDir}/index.js'; ${program}`],
  ['commonjs', `const { createHasherPool, hashPassword } = require('${outDir}/index.cjs'); ${program}`],
])('the built package hashes in its threads as %s, and lets the process end', async (type, source) => {
  const { stdout } = await run(process.execPath, [`--input-type=${type}`, '--eval', source], { cwd: root });
  expect(stdout).toBe('match mismatch\n');
});
