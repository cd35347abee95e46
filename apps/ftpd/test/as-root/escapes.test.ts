import { linkSync, lstatSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  ControlClient,
  openData,
  PASSWORD,
  servingIdentity,
  startFtpd,
  startSwapper,
  type TestServer,
} from '@ftpd/test-services';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { configuration } from '../dialogues/base.ts';
import { makeOwnedTree } from './owned-tree.ts';
import { play } from './play.ts';

/** Only root has sessions that act as their users. */
const { isRoot } = servingIdentity();

const own = { uid: 48_001, gid: 48_011 };

/** Everything, inside and outside, belongs to the user: only the root keeps the session in. */
function makePlaces(folder: string): void {
  for (const name of ['home/jail', 'home/outside', 'outside'])
    rmSync(join(folder, name), { recursive: true, force: true });
  makeOwnedTree(folder, {
    'home/jail/': { ...own, mode: 0o755 },
    'home/jail/swap/': { ...own, mode: 0o755 },
    'home/jail/swap/prey': { ...own, mode: 0o644, content: 'inside' },
    'home/jail/swap/folder/': { ...own, mode: 0o755 },
    'home/jail/file': { ...own, mode: 0o644, content: 'inside' },
    'outside/': { ...own, mode: 0o755 },
    'outside/prey': { ...own, mode: 0o644, content: 'OUTSIDE' },
    'outside/only-outside': { ...own, mode: 0o644, content: 'OUTSIDE' },
    'outside/folder/': { ...own, mode: 0o755 },
    'home/jail/link': { ...own, mode: 0o777, link: join(folder, 'outside') },
    'home/jail/up': { ...own, mode: 0o777, link: '../../outside' },
    'home/jail/filelink': { ...own, mode: 0o777, link: '../../outside/prey' },
    'home/jail/in': { ...own, mode: 0o777, link: '/jail/swap' },
  });
}

/** All that a change of anything outside would change. */
function lookOutside(folder: string): unknown {
  const outside = join(folder, 'outside');
  return ['.', ...readdirSync(outside).toSorted()].map((name) => {
    const { mode, uid, gid, size, mtimeNs, ctimeNs } = lstatSync(join(outside, name), { bigint: true });
    return { name, mode, uid, gid, size, mtimeNs, ctimeNs };
  });
}

/** All ways to write to a name, and a file to move there. */
function writesTo(name: string): readonly string[] {
  return [
    `STOR ${name}/prey`,
    `STOR ${name}/new`,
    `APPE ${name}/prey`,
    `MKD ${name}/made`,
    `RMD ${name}/folder`,
    `DELE ${name}/prey`,
    `SITE CHMOD 777 ${name}/prey`,
    `SITE CHGRP ${own.gid} ${name}/prey`,
    `MFMT 20010203040506 ${name}/prey`,
    `MFF UNIX.mode=0777;Modify=20010203040506; ${name}/prey`,
    `SITE UTIME 200102030405 ${name}/prey`,
    `SITE MKDIR ${name}/made/below`,
    `SITE RMDIR ${name}/folder`,
    `SITE SYMLINK /jail/file ${name}/link`,
    'RNFR jail/file',
    `RNTO ${name}/dropped`,
    `RNFR ${name}/only-outside`,
    'RNTO jail/stolen',
  ];
}

describe.runIf(isRoot)('sessions stay in their root', () => {
  let server: TestServer;

  beforeAll(async () => {
    const config = configuration(['AllowStoreRestart on', 'MaxCommandRate 1000000']);
    const users = [{ name: 'ann', home: 'home', ...own }];
    server = await startFtpd({ config, users }, { asRoot: true });
  }, 60_000);
  beforeEach(() => makePlaces(server.folder));
  afterAll(async () => server.stop());

  const logIn = (): Promise<ControlClient> =>
    ControlClient.login({ port: server.port, user: 'ann', password: PASSWORD, deadlineMs: 30_000 });

  it.each([
    '../outside',
    '../../../../../../../../../outside',
    'jail/../../outside',
    'jail/link',
    'jail/up',
    'jail/swap/../link',
    'jail/link/../outside',
    'jail/up/../../../outside',
  ])('whatever they write to %s', async (name) => {
    const before = lookOutside(server.folder);
    const client = await logIn();
    await play(client, writesTo(name));
    for (const word of ['prey', 'only-outside']) {
      const data = await openData(client);
      const { code } = await client.ask(`RETR ${name}/${word}`);
      expect(code).toBe(550);
      data.destroy();
    }
    client.destroy();
    expect(lookOutside(server.folder)).toEqual(before);
  });

  it('whatever they write to a link to a file', async () => {
    const before = lookOutside(server.folder);
    const client = await logIn();
    const told = await play(client, [
      'STOR jail/filelink',
      'APPE jail/filelink',
      'SITE CHMOD 777 jail/filelink',
      'MFMT 20010203040506 jail/filelink',
    ]);
    expect(told.map((line) => line.slice(-3))).toEqual(['550', '550', '550', '550']);
    await client.ask('DELE jail/filelink', 250);
    client.destroy();
    expect(lookOutside(server.folder)).toEqual(before);
  });

  it('and follow links that stay in it', async () => {
    const client = await logIn();
    await play(client, ['STOR jail/in/prey', 'MKD jail/in/made']);
    await client.ask('CWD jail/in', 250);
    expect((await client.ask('PWD', 257)).text).toContain('"/jail/swap"');
    client.destroy();
    expect(readFileSync(join(server.folder, 'home/jail/swap/prey'), 'utf8')).toBe('uploaded');
    expect(lstatSync(join(server.folder, 'home/jail/swap/made')).uid).toBe(own.uid);
  });

  it('and have no right to what a hard link brings in', async () => {
    makeOwnedTree(server.folder, {
      'outside/secret': { uid: 0, gid: 0, mode: 0o600 },
      'outside/public': { uid: 0, gid: 0, mode: 0o644 },
    });
    for (const name of ['secret', 'public'])
      linkSync(join(server.folder, 'outside', name), join(server.folder, 'home/jail', name));
    const before = lookOutside(server.folder);
    const client = await logIn();
    for (const name of ['jail/secret', 'jail/public']) {
      const told = await play(client, [
        `STOR ${name}`,
        `APPE ${name}`,
        `SITE CHMOD 666 ${name}`,
        `SITE CHGRP ${own.gid} ${name}`,
        `MFMT 20010203040506 ${name}`,
        `MFF UNIX.mode=0666; ${name}`,
      ]);
      expect(told.filter((line) => !/: 5\d\d$/.test(line))).toEqual([]);
    }
    const data = await openData(client);
    await client.ask('RETR jail/secret', 550);
    data.destroy();
    client.destroy();
    expect(lookOutside(server.folder)).toEqual(before);
  });

  /** What is tried while the folder is swapped, in one write, with as many replies as lines. */
  const attempts: Readonly<Record<string, readonly string[]>> = {
    MKD: ['MKD jail/swap/new', 'RMD jail/swap/new'],
    DELE: ['DELE jail/swap/only-outside', 'RMD jail/swap/folder/x'],
    RNTO: ['RNFR jail/file', 'RNTO jail/swap/dropped', 'RNFR jail/swap/dropped', 'RNTO jail/file'],
    RNFR: ['RNFR jail/swap/only-outside', 'RNTO jail/stolen'],
    'SITE CHMOD': ['SITE CHMOD 600 jail/swap/prey', 'SITE CHMOD 640 jail/swap/prey'],
    MFMT: ['MFMT 20010203040506 jail/swap/prey', 'MFMT 20020203040506 jail/swap/prey'],
    MFF: ['MFF UNIX.mode=0600;Modify=20010203040506; jail/swap/prey'],
    'SITE SYMLINK': ['SITE SYMLINK /jail/file jail/swap/link', 'DELE jail/swap/link'],
  };
  const sessionCount = 4;
  const triesPerSession = 200;
  const linesAtOnce = 60;

  it.each(Object.keys(attempts))(
    'while somebody swaps a folder for a link to the outside: %s',
    async (name) => {
      const before = lookOutside(server.folder);
      const lines = attempts[name] ?? [];
      const clients = await Promise.all(Array.from({ length: sessionCount }, logIn));
      const jail = join(server.folder, 'home/jail');
      const stop = await startSwapper(join(jail, 'swap'), join(jail, 'link'));
      const codes = new Set<number>();
      await Promise.all(
        clients.map(async (client) => {
          for (let done = 0; done < triesPerSession; done += linesAtOnce / lines.length) {
            const batch = Array.from({ length: linesAtOnce }, (_, at) => lines[at % lines.length] ?? '');
            client.sendRaw(batch.map((line) => `${line}\r\n`).join(''));
            for (let at = 0; at < batch.length; at += 1) codes.add((await client.reply()).code);
          }
          client.destroy();
        }),
      );
      await stop();
      // The swap was met, and nobody was thrown out.
      expect([...codes].some((code) => code >= 500)).toBe(true);
      expect(codes).not.toContain(421);
      expect(lookOutside(server.folder)).toEqual(before);
    },
    60_000,
  );

  it.each(['STOR', 'APPE'])(
    'while somebody swaps a folder for a link to the outside: %s',
    async (word) => {
      const before = lookOutside(server.folder);
      const clients = await Promise.all(Array.from({ length: sessionCount }, logIn));
      const jail = join(server.folder, 'home/jail');
      const stop = await startSwapper(join(jail, 'swap'), join(jail, 'link'));
      const told = new Set<string>();
      await Promise.all(
        clients.map(async (client, at) => {
          for (let count = 0; count < 50; count += 1) {
            const name = count % 2 === 0 ? 'prey' : `new${at}`;
            for (const line of await play(client, [`${word} jail/swap/${name}`])) told.add(line.slice(-3));
          }
          client.destroy();
        }),
      );
      await stop();
      expect([...told]).toEqual(expect.arrayContaining(['226', '550']));
      expect(lookOutside(server.folder)).toEqual(before);
    },
    60_000,
  );
});
