// Run by full-disk.test.ts in a process whose disk ends soon: writes until it is refused and tells what was left.
import fs from 'node:fs';
import { createLocalStorage } from '@ftpd/storage-local';
import { virtualPath } from '@ftpd/storage';

const root = process.argv[2] ?? '';
const storage = createLocalStorage();
const view = await storage.enter({ root, identity: { user: 'me', uid: 1000, gid: 1000, groups: [] } });
const idle = fs.readdirSync('/proc/self/fd').length;
const file = await view.openWrite(virtualPath('/big'), { disposition: 'replace', mode: 0o644 });
const chunk = Buffer.alloc(100_000, 'x');
let position = 0;
let refusal: unknown;
while (refusal === undefined && position < 100_000_000) {
  try {
    await file.write(chunk, position);
    position += chunk.length;
  } catch (error) {
    refusal = error;
  }
}
await file.close();
const { sizeBytes } = await view.stat(virtualPath('/big'));
await view.remove(virtualPath('/big'));
const after = await view.openWrite(virtualPath('/small'), { disposition: 'replace', mode: 0o644 });
await after.write(Buffer.from('fits again'), 0);
await after.close();
const { code, path, message } = refusal as { code?: string; path?: string; message?: string };
const leaked = fs.readdirSync('/proc/self/fd').length - idle;
process.stdout.write(
  JSON.stringify({
    code,
    path,
    message,
    written: position,
    sizeBytes,
    leaked,
    small: fs.readFileSync(`${root}/small`, 'utf8'),
  }),
);
await storage.close();
