import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { freePort, freePortRange } from './ports.ts';

const source = fileURLToPath(new URL('ports.ts', import.meta.url));

it('gives nobody a port that another has just been given', async () => {
  const single = await Promise.all(Array.from({ length: 40 }, () => freePort()));
  const first = await freePortRange(20);
  const all = new Set([...single, ...Array.from({ length: 20 }, (_, more) => first + more)]);
  expect(all.size).toBe(60);
  const program = `import { freePort } from ${JSON.stringify(source)};
    for (let count = 0; count < 100; count += 1) console.log(await freePort());`;
  const others = await Promise.all(
    Array.from({ length: 3 }, async () => {
      const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [said] = await Promise.all([text(child.stdout), once(child, 'close')]);
      return said.trim().split('\n').map(Number);
    }),
  );
  for (const ports of others) {
    expect(ports).toHaveLength(100);
    expect(ports.filter((port) => all.has(port))).toEqual([]);
  }
});

it('passes over a port that somebody listens on', async () => {
  const before = await freePort();
  const server = createServer();
  await once(server.listen(before + 1, '::'), 'listening');
  expect(await freePort()).not.toBe(before + 1);
  server.close();
});
