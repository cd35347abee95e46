import { chmodSync, chownSync, mkdirSync, rmdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  ControlClient,
  openData,
  PASSWORD,
  servingIdentity,
  startFtpd,
  startProftpd,
  type TestServer,
} from '@ftpd/test-services';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configurationOfHosts } from '../dialogues/base.ts';

/** Only root has sessions that act as their users. */
const { isRoot } = servingIdentity();

interface Case {
  readonly directives?: readonly string[];
  /** Relative to the server's folder. Default: `homes/NAME`. */
  readonly home?: string;
  readonly uid?: number;
  readonly gid?: number;
  /** What root makes of the home before the login. */
  readonly prepare?: (home: string) => void;
  /** Why ours answers another way, and what it says to the password. */
  readonly difference?: { readonly reason: string; readonly ours: number };
}

/** A folder that only root may pass. */
function closeAbove(home: string): void {
  chownSync(join(home, '../..'), 0, 0);
  chmodSync(join(home, '../..'), 0o700);
}

function closeItself(home: string): void {
  chownSync(home, 0, 0);
  chmodSync(home, 0o700);
}

function replaceByLink(home: string): void {
  rmdirSync(home);
  mkdirSync(`${home}-real`);
  chmodSync(`${home}-real`, 0o777);
  symlinkSync(`${home}-real`, home);
}

const makeFolder =
  (mode: number) =>
  (home: string): void => {
    mkdirSync(join(home, 'folder'));
    chmodSync(join(home, 'folder'), mode);
  };

const noRoot = 'DefaultRoot /';
const others = 'DefaultRoot %{env:FTPD_TEST_FOLDER}/homes';

/** Each has a user and a host of its own. */
const cases: Readonly<Record<string, Case>> = {
  'a home': {},
  'a home without DefaultRoot': { directives: [noRoot] },
  'a home below a folder that only root may pass': {
    home: 'closed/below/home',
    prepare: closeAbove,
    difference: { reason: 'the keeper opens roots that only root may reach, as chroot(2) would', ours: 230 },
  },
  'the same without DefaultRoot': { directives: [noRoot], home: 'closed2/below/home', prepare: closeAbove },
  'no home': { prepare: rmdirSync },
  'no home, without DefaultRoot': { directives: [noRoot], prepare: rmdirSync },
  'no home, in another root': { directives: [others], prepare: rmdirSync },
  'a home that is a file': {
    prepare: (home) => {
      rmdirSync(home);
      writeFileSync(home, '');
    },
  },
  'a home that is a link': { prepare: replaceByLink },
  'a home of root’s own': { prepare: closeItself },
  'a home of root’s own, without DefaultRoot': { directives: [noRoot], prepare: closeItself },
  'a home that nobody may enter': { prepare: (home) => chmodSync(home, 0o600) },
  'DefaultChdir to a folder': { directives: ['DefaultChdir folder'], prepare: makeFolder(0o777) },
  'DefaultChdir to a path from the root': {
    directives: ['DefaultChdir /folder'],
    prepare: makeFolder(0o777),
  },
  'DefaultChdir with a tilde': { directives: ['DefaultChdir ~/folder'], prepare: makeFolder(0o755) },
  'DefaultChdir to nothing': { directives: ['DefaultChdir nothing'] },
  'DefaultChdir to what is closed': { directives: ['DefaultChdir folder'], prepare: makeFolder(0o700) },
  'DefaultChdir for another group': {
    directives: ['DefaultChdir folder others'],
    prepare: makeFolder(0o777),
  },
  'DefaultChdir to what is elsewhere': { directives: [noRoot, 'DefaultChdir /usr/lib'] },
  'DefaultRoot at nothing': { directives: ['DefaultRoot /nothing/here'] },
  'DefaultRoot elsewhere': { directives: ['DefaultRoot /usr'] },
  'DefaultRoot in the home': { directives: ['DefaultRoot ~/folder'], prepare: makeFolder(0o777) },
  'RootLogin on': {
    directives: ['RootLogin on'],
    uid: 0,
    gid: 0,
    difference: { reason: 'sessions are never served as root', ours: 530 },
  },
  'RootLogin off': { directives: ['RootLogin off'], uid: 0, gid: 0 },
  'the group of root': { gid: 0 },
  'a uid above 2^31': { uid: 3_000_000_000, gid: 3_000_000_001 },
  'the highest uid': { uid: 4_294_967_294, gid: 4_294_967_294 },
};
const names = Object.keys(cases);

const setup = {
  config: configurationOfHosts(names.map((name) => cases[name]?.directives ?? [])),
  portCount: names.length,
  users: names.map((name, at) => {
    const { uid = 47_700 + at, gid = 47_800 + at, home = `homes/user${at}` } = cases[name] ?? {};
    return { name: `user${at}`, uid, gid, home };
  }),
};

interface Seen {
  /** The code of the answer to the password. */
  readonly login: number;
  readonly told: readonly string[];
}

/** The columns before the date: mode, links, owner, group. */
function ownersListed(listing: Buffer): string {
  return listing
    .toString()
    .replaceAll(/^(\S+)\s+\d+\s+(\S+)\s+(\S+).*?(\S+)\r$/gm, '$4 $1 $2 $3')
    .split('\n')
    .toSorted()
    .join('\n');
}

async function visit({ ports, folder }: TestServer, at: number): Promise<Seen> {
  const client = await ControlClient.connect({ port: ports[at] ?? 0, deadlineMs: 30_000 });
  try {
    await client.expect(220);
    await client.ask(`USER user${at}`, 331);
    const { code: login } = await client.ask(`PASS ${PASSWORD}`);
    const told: string[] = [];
    if (login === 230) {
      for (const line of [
        'PWD',
        'MKD made',
        'CWD made',
        'PWD',
        'MKD below',
        'CDUP',
        'PWD',
        'CWD ..',
        'PWD',
      ]) {
        const { code, text } = await client.ask(line);
        told.push(`${line}: ${code} ${text.replaceAll(folder, 'FOLDER')}`);
      }
      const data = await openData(client);
      await client.ask('LIST', 150);
      // Neighbours come and go.
      if ((cases[names[at] ?? '']?.directives ?? []).length === 0)
        told.push(ownersListed(await data.download()));
      data.destroy();
    }
    return { login, told };
  } finally {
    client.destroy();
  }
}

describe.runIf(isRoot)('where sessions begin', () => {
  let servers: readonly TestServer[] = [];

  beforeAll(async () => {
    servers = await Promise.all([startFtpd(setup, { asRoot: true }), startProftpd(setup)]);
    for (const { home } of servers)
      for (const [at, name] of names.entries()) cases[name]?.prepare?.(home(`user${at}`));
  }, 60_000);
  afterAll(async () => {
    await Promise.all(servers.map(async (server) => server.stop()));
  });

  const same = names.filter((name) => cases[name]?.difference === undefined);
  it.concurrent.each(same)('is as with proftpd: %s', async (name) => {
    const [ours, theirs] = await Promise.all(
      servers.map(async (server) => visit(server, names.indexOf(name))),
    );
    expect(ours).toEqual(theirs);
  });

  const different = names.flatMap((name) => {
    const { difference } = cases[name] ?? {};
    return difference === undefined ? [] : [{ name, ...difference }];
  });
  it.concurrent.each(different)('differs: $name ($reason)', async ({ name, ours: wanted }) => {
    const [ours, theirs] = await Promise.all(
      servers.map(async (server) => visit(server, names.indexOf(name))),
    );
    expect(ours?.login).toBe(wanted);
    expect(theirs?.login).not.toBe(wanted);
  });
});
