import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import {
  ControlClient,
  mountHung,
  openData,
  PASSWORD,
  servingIdentity,
  startFtpd,
  within,
  type TestServer,
} from '@ftpd/test-services';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configuration } from '../dialogues/base.ts';

/** Only root may mount. */
const { isRoot } = servingIdentity();

const sessionCount = 200;
const userCount = 20;
const hungCount = 20;
const roundsPerSession = 4;
/** On a machine that has other work one measurement says little: the best of so many counts. */
const measurements = 4;
const maxP99Ms = 50;
/** More than the 30 s after which the daemon gives up a call that does not come back. */
const answerMs = 60_000;

const users = [
  ...Array.from({ length: userCount }, (_, at) => ({ name: `user${at}`, uid: 48_400 + at, gid: 48_400 })),
  { name: 'hung', uid: 48_500, gid: 48_500 },
];

describe.runIf(isRoot)('a file system that never answers, below the home of one user', () => {
  let server: TestServer;
  let unmount: (() => void) | undefined;

  beforeEach(async () => {
    server = await startFtpd({ config: configuration([]), users }, { asRoot: true });
  }, 60_000);
  afterEach(async () => {
    unmount?.();
    unmount = undefined;
    await server.stop();
  });

  const logIn = (user: string): Promise<ControlClient> =>
    ControlClient.login({ port: server.port, user, password: PASSWORD, deadlineMs: answerMs });

  /** A few at a time: logins are work. */
  async function logInMany(count: number): Promise<readonly ControlClient[]> {
    const clients: ControlClient[] = [];
    while (clients.length < count)
      clients.push(
        ...(await Promise.all(Array.from({ length: 20 }, (_, more) => logIn(`user${more % userCount}`)))),
      );
    return clients;
  }

  /** Sessions that do something now and then; the time that 99 of 100 commands take at the most. */
  async function p99Of(clients: readonly ControlClient[]): Promise<number> {
    const tookMs: number[] = [];
    await Promise.all(
      clients.map(async (client, at) => {
        await wait((at * 997) % 500);
        for (let round = 0; round < roundsPerSession; round += 1) {
          await wait(300 + ((at * 7 + round * 13) % 200));
          const startedAt = performance.now();
          const name = `made${at}`;
          const line = [`MKD ${name}`, 'CWD .', `SITE CHMOD 700 ${name}`, `RMD ${name}`][round % 4] ?? '';
          const { code, lines } = await client.ask(line);
          expect(code, `${line}: ${lines.join(' ')}`).toBeLessThan(300);
          tookMs.push(performance.now() - startedAt);
        }
      }),
    );
    tookMs.sort((left, right) => left - right);
    return tookMs[Math.floor(tookMs.length * 0.99)] ?? Infinity;
  }

  it('stalls his sessions only, until it is gone', { timeout: 180_000 }, async () => {
    const others = await logInMany(sessionCount);
    const usualMs = Math.min(await p99Of(others), await p99Of(others));
    unmount = mountHung(join(server.home('hung'), 'mount'));
    const lines = ['RNFR mount/file', 'CWD mount/folder', 'MKD mount/folder', 'MDTM mount/x', 'DELE mount/x'];
    const hung = await Promise.all(Array.from({ length: hungCount }, () => logIn('hung')));
    let answered = 0;
    const answers = Promise.all(
      hung.map(async (client, at) => {
        const { code } = await client.ask(lines[at % lines.length] ?? '');
        answered += 1;
        return code;
      }),
    );
    const boundMs = Math.max(maxP99Ms, 3 * usualMs);
    let withHungMs = Infinity;
    for (let count = 0; count < measurements && withHungMs > boundMs; count += 1)
      withHungMs = Math.min(withHungMs, await p99Of(others));
    expect(answered).toBe(0);
    expect(withHungMs).toBeLessThan(boundMs);
    // They are still there: where it is gone, they are answered and go on.
    unmount();
    unmount = undefined;
    await answers;
    for (const client of hung) await client.ask('CWD /', 250);
    for (const client of [...hung, ...others]) client.destroy();
  });

  it('lets his clients go and the daemon end', { timeout: 120_000 }, async () => {
    unmount = mountHung(join(server.home('hung'), 'mount'));
    const clients = await Promise.all(Array.from({ length: 8 }, () => logIn('hung')));
    for (const [at, client] of clients.entries()) {
      if (at % 2 === 0) client.send('CWD mount');
      else {
        const data = await openData(client);
        client.send('STOR mount/file');
        data.destroy();
      }
    }
    for (const client of clients.slice(0, 4)) client.destroy({ withReset: true });
    const other = await logIn('user1');
    await other.ask('MKD made', 257);
    process.kill(server.process.pid, 'SIGTERM');
    expect(await within(server.process.ended, 20_000, 'the end of the daemon')).toBe(0);
    for (const client of [...clients, other]) client.destroy();
  });
});

describe.runIf(isRoot)('a home that never answers', () => {
  it('holds up nobody else, and the daemon ends', { timeout: 120_000 }, async () => {
    const below = { name: 'below', uid: 48_501, gid: 48_500, home: 'mounted/home' };
    const server = await startFtpd({ config: configuration([]), users: [...users, below] }, { asRoot: true });
    const unmount = mountHung(join(server.folder, 'mounted'));
    const logIn = (user: string): Promise<ControlClient> =>
      ControlClient.login({ port: server.port, user, password: PASSWORD, deadlineMs: answerMs });
    try {
      const pending = Array.from({ length: 12 }, () => logIn('below').then(() => 'is in', String));
      for (let at = 0; at < userCount; at += 1) {
        const client = await logIn(`user${at}`);
        await client.ask('MKD made', 257);
        client.destroy();
      }
      process.kill(server.process.pid, 'SIGTERM');
      expect(await within(server.process.ended, 20_000, 'the end of the daemon')).toBe(0);
      for (const told of await Promise.all(pending)) expect(told).toMatch(/530|421|closed by the server/);
    } finally {
      unmount();
      await server.stop();
    }
  });
});
