import fs from 'node:fs';
import { isStorageError, virtualPath as at, type StorageView } from '@ftpd/storage';
import { createPrivilegedStorage } from '@ftpd/storage-local';

/**
 * A server's process as it should be: nobody, with CAP_SETUID and CAP_SETGID only. Prints what became of a number of
 * attempts as JSON. Arguments: a folder with `home` (of ann, below the closed folder `closed`), `free` (everybody's),
 * `others` (somebody else's, 0700), `setgid` (everybody's, of group 54,009, with the setgid bit).
 */
const [top = ''] = process.argv.slice(2);
const ann = { user: 'ann', uid: 54_001, gid: 54_001, groups: [54_002] };

const poolThreadsAtFirstWorker: number[] = [];
process.once('worker', () => {
  const names = fs
    .readdirSync('/proc/self/task')
    .map((task) => fs.readFileSync(`/proc/self/task/${task}/comm`, 'utf8'));
  poolThreadsAtFirstWorker.push(names.filter((name) => name.startsWith('libuv-worker')).length);
});
process.umask(0o077);

const warnings: string[] = [];
const given: unknown[] = [];
const storage = await createPrivilegedStorage({ onWarning: (message) => warnings.push(message) });
const giving = await createPrivilegedStorage({
  openRoot: async (path) => {
    given.push(path);
    throw Object.assign(new Error('not here'), { code: 'EACCES' });
  },
  changeOwner: async (descriptor, wanted) => {
    given.push({ kind: fs.fstatSync(descriptor).isDirectory() ? 'folder' : 'file', ...wanted });
  },
});

const codeOf = (operation: Promise<unknown>): Promise<string> =>
  operation.then(
    () => 'done',
    (error: unknown) => (isStorageError(error) ? error.code : String(error)),
  );
const look = (name: string): string => {
  const { uid, gid, mode } = fs.statSync(`${top}/${name}`);
  return `${uid}:${gid} ${(mode & 0o7777).toString(8)}`;
};
async function make(view: StorageView, name: string, mode: number, owners = {}): Promise<string> {
  const file = await view.openWrite(at(name), { disposition: 'exclusive', mode, ...owners });
  await file.write(Buffer.from('x'), 0);
  await file.close();
  return look(name);
}
async function makeFolder(view: StorageView, name: string, mode: number, owners = {}): Promise<string> {
  await view.makeDirectory(at(name), { mode, ...owners });
  return look(name);
}

const view = await storage.enter({ root: top, identity: ann });
const all = await storage.enter({ root: '/', identity: ann });
const givingView = await giving.enter({ root: top, identity: ann });
const modes = [0o666, 0o644, 0o640, 0o600, 0o777];

const status = fs.readFileSync('/proc/self/status', 'utf8');
const result: Record<string, unknown> = {
  uid: /^Uid:\s+(\d+)/m.exec(status)?.[1],
  capabilities: /^CapEff:\s+(\w+)/m.exec(status)?.[1],
  poolThreadsAtFirstWorker,
  files: await Promise.all(modes.map((mode) => make(view, `/free/f${mode}`, mode))),
  folders: await Promise.all(modes.map((mode) => makeFolder(view, `/free/d${mode}`, mode))),
  inSetgidFolder: [await make(view, '/setgid/f', 0o644), await makeFolder(view, '/setgid/d', 0o755)],
  groupOfHers: [
    await make(view, '/free/g', 0o644, { group: 54_002 }),
    await makeFolder(view, '/free/gd', 0o755, { group: 54_002 }),
  ],
  groupOfOthers: await make(view, '/free/h', 0o644, { group: 54_009 }),
  warnings,
  refused: {
    shadow: await codeOf(all.openRead(at('/etc/shadow'))),
    others: await codeOf(view.openRead(at('/others/f'))),
    root: await codeOf(all.makeDirectory(at('/made-by-nobody'), { mode: 0o755 })),
    rootIdentity: await codeOf(storage.enter({ root: top, identity: { ...ann, uid: 0 } })),
    ownProcess: await codeOf(all.openRead(at(`/proc/${process.pid}/maps`))),
    ownDescriptors: await codeOf(
      all
        .list(at(`/proc/${process.pid}/fd`))
        [Symbol.asyncIterator]()
        .next(),
    ),
    ownDescriptor: await codeOf(all.openRead(at(`/proc/self/fd/0`))),
    throughProcess: await codeOf(all.stat(at(`/proc/self/root/etc/passwd`))),
    giveAway: await codeOf(view.setGroup(at('/free/f438'), 54_009)),
  },
  closedRoot: [
    await codeOf(storage.enter({ root: `${top}/closed/home`, identity: ann })),
    await codeOf(giving.enter({ root: `${top}/closed/home`, identity: ann })),
  ],
};

await make(givingView, '/free/o', 0o644, { owner: 54_010 });
await makeFolder(givingView, '/free/od', 0o755, { owner: 54_010, group: 54_009 });
await make(givingView, '/free/og', 0o644, { group: 54_002 });
result['given'] = given;

await view.setMode(at('/free/f438'), 0o4755);
const writing = await view.openWrite(at('/free/f438'), { disposition: 'append', mode: 0o644 });
await writing.write(Buffer.from('more'), 0);
await writing.close();
result['setuidAfterWriting'] = look('/free/f438');

// Whoever the threads were by now: the process is who it was, and so is its umask.
await fs.promises.writeFile(`${top}/free/of-the-process`, '');
result['ofTheProcess'] = look('/free/of-the-process');

await storage.close();
await giving.close();
process.stdout.write(JSON.stringify(result));
