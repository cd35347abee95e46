import { chmodSync, chownSync, lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  ControlClient,
  openData,
  PASSWORD,
  servingIdentity,
  startFtpd,
  until,
  type TestServer,
} from '@ftpd/test-services';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configuration } from '../dialogues/base.ts';
import { play } from './play.ts';

/** Only root has sessions that act as their users. */
const { isRoot } = servingIdentity();

const userCount = 50;
const operationsPerUser = 60;
const users = Array.from({ length: userCount }, (_, at) => ({
  name: `user${at}`,
  home: `all/user${at}`,
  uid: 48_100 + at,
  gid: 48_200 + at,
}));

/** The same numbers in every run. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >>> 8) % below;
  };
}

type Lines = (own: string, other: string, at: number) => readonly string[];

const allowed: readonly Lines[] = [
  (own, _other, at) => [`STOR /${own}/f${at}`],
  (own, _other, at) => [`STOR /sticky/${own}-${at}`],
  (own, _other, at) => [`APPE /sticky/${own}-${at}`],
  (own, _other, at) => [`MKD /${own}/d${at}`],
  (own, _other, at) => [`MKD /sticky/${own}-d${at}`],
  (own, _other, at) => [`RNFR /${own}/f${at}`, `RNTO /sticky/${own}-${at}`],
  (own, _other, at) => [`SITE CHMOD 640 /${own}/f${at}`, `MFMT 20010203040506 /${own}/f${at}`],
  (own, _other, at) => [`DELE /${own}/f${at}`],
  (own) => [`CWD /${own}`, 'STAT .', 'CWD /'],
];
/** Nobody may do this. */
const forbidden: readonly Lines[] = [
  (own, other, at) => [`STOR /${other}/by-${own}-${at}`],
  (own, other) => [`MKD /${other}/by-${own}`],
  (own, other, at) => [`RNFR /${own}/f${at}`, `RNTO /${other}/by-${own}`],
  (_own, other, at) => [`DELE /sticky/${other}-${at}`],
  (_own, other, at) => [`SITE CHMOD 666 /sticky/${other}-${at}`],
  (_own, other, at) => [`MFMT 20010203040506 /sticky/${other}-${at}`],
  (_own, other) => [`CWD /${other}`],
  (_own, other) => [`SIZE /${other}/f1`],
];

describe.runIf(isRoot)('50 users at once', () => {
  let server: TestServer;

  beforeAll(async () => {
    const config = configuration(['DefaultRoot %{env:FTPD_TEST_FOLDER}/all']);
    server = await startFtpd({ config, users }, { asRoot: true });
    for (const { name, uid, gid } of users) {
      chownSync(server.home(name), uid, gid);
      chmodSync(server.home(name), 0o700);
    }
    mkdirSync(join(server.folder, 'all/sticky'));
    chmodSync(join(server.folder, 'all/sticky'), 0o1777);
  }, 60_000);
  afterAll(async () => server.stop());

  async function logIn(user: string): Promise<ControlClient> {
    return until(
      async () => ControlClient.login({ port: server.port, user, password: PASSWORD, deadlineMs: 30_000 }),
      30_000,
      `login of ${user}`,
    );
  }

  it('have files of their own, and do nothing as another, though the server is killed amid their work', async () => {
    const random = randomNumbers(3);
    const broken: string[] = [];
    let done = 0;
    let lost = 0;
    const session = async (at: number): Promise<void> => {
      const own = `user${at}`;
      let client = await logIn(own);
      for (let count = 0; count < operationsPerUser; count += 1) {
        const other = `user${(at + 1 + random(userCount - 1)) % userCount}`;
        const isForbidden = random(3) === 0;
        const table = isForbidden ? forbidden : allowed;
        const lines = table[random(table.length)]?.(own, other, random(9)) ?? [];
        try {
          const told = await play(client, lines);
          if (isForbidden && !/: [45]\d\d$/.test(told.at(-1) ?? '')) broken.push(`${own}: ${told.at(-1)}`);
        } catch {
          lost += 1;
          client.destroy();
          client = await logIn(own);
        }
        done += 1;
        if (done === (userCount * operationsPerUser) / 2) process.kill(server.servingPid(), 'SIGKILL');
      }
      client.destroy();
    };
    await Promise.all(users.map((_, at) => session(at)));
    expect(broken).toEqual([]);
    expect(lost).toBeGreaterThan(userCount / 2);
    // Each was disturbed once, or twice if its next login met the end too.
    expect(lost).toBeLessThanOrEqual(2 * userCount);
    const top = join(server.folder, 'all');
    const owners = new Map<string, number>();
    for (const name of readdirSync(top, { recursive: true, encoding: 'utf8' })) {
      const [, owner] = /^(?:sticky\/)?user(\d+)/.exec(name) ?? [];
      if (owner === undefined) continue;
      const { uid, gid } = lstatSync(join(top, name));
      expect({ name, uid, gid }).toEqual({ name, uid: 48_100 + Number(owner), gid: 48_200 + Number(owner) });
      owners.set(owner, (owners.get(owner) ?? 0) + 1);
    }
    expect(owners.size).toBe(userCount);
    expect(Math.min(...owners.values())).toBeGreaterThan(3);
  }, 120_000);

  it('see in listings whose files these are', async () => {
    const client = await logIn('user7');
    const data = await openData(client);
    await client.ask('LIST /sticky', 150);
    const lines = (await data.download()).toString().split('\r\n').slice(0, -1);
    client.destroy();
    expect(lines.length).toBeGreaterThan(userCount);
    for (const line of lines) {
      const [, owner, name] = /^\S+\s+\d+\s(\S+)\s.*\s(user\d+)-d?\d+$/.exec(line) ?? [];
      expect(line).toContain(` ${name}-`);
      expect(owner).toBe(name);
    }
  });
});
