import { once } from 'node:events';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import {
  ControlClient,
  openData,
  PASSWORD,
  processStatus,
  servingIdentity,
  startFtpd,
  until,
  within,
  type TestServer,
} from '@ftpd/test-services';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configuration } from '../dialogues/base.ts';
import { play } from './play.ts';

/** Only root has a keeper. */
const { isRoot } = servingIdentity();

const ann = { name: 'ann', uid: 48_601, gid: 48_602 };
const waitMs = 20_000;

describe.runIf(isRoot)('in the middle of an upload', () => {
  let server: TestServer;

  beforeEach(async () => {
    server = await startFtpd({ config: configuration([]), users: [ann] }, { asRoot: true });
  }, 60_000);
  afterEach(async () => server.stop());

  const logIn = (): Promise<ControlClient> =>
    ControlClient.login({ port: server.port, user: 'ann', password: PASSWORD, deadlineMs: waitMs });

  /** An upload of which so much has arrived. */
  async function startUpload(name: string) {
    const client = await logIn();
    await client.ask('TYPE I', 200);
    const data = await openData(client);
    await client.ask(`STOR ${name}`, 150);
    const socket = await data.socket();
    socket.write(Buffer.alloc(100_000, 'x'));
    const path = join(server.home('ann'), name);
    await until(() => statSync(path).size === 100_000, waitMs, 'the first bytes');
    return { client, socket, path };
  }

  it('the server’s death cuts its clients off, and the next client is served', async () => {
    const uploads = await Promise.all(['a', 'b', 'c'].map(async (name) => startUpload(name)));
    const before = server.servingPid();
    const cut = uploads.map(async ({ socket }) => within(once(socket, 'close'), waitMs, 'end of the data'));
    for (const { socket } of uploads) socket.resume();
    process.kill(before, 'SIGKILL');
    await Promise.all(cut);
    for (const { client, path } of uploads) {
      await expect(client.reply()).rejects.toThrow(/closed by the server/);
      client.destroy();
      // What had arrived is there, and is still the user's.
      expect(statSync(path)).toMatchObject({ size: 100_000, uid: ann.uid, gid: ann.gid });
    }
    const next = await until(logIn, waitMs, 'the next login');
    expect(await play(next, ['STOR a', 'MKD folder'])).toEqual(['STOR a: 150 226', 'MKD folder: 257']);
    next.destroy();
    const path = join(server.home('ann'), 'a');
    expect(statSync(path)).toMatchObject({ size: 8, uid: ann.uid, gid: ann.gid });
    expect(server.servingPid()).not.toBe(before);
    expect(server.process.isRunning()).toBe(true);
  });

  it('the server may die again and again', { timeout: 60_000 }, async () => {
    for (let count = 0; count < 3; count += 1) {
      const { client, socket } = await until(() => startUpload(`file${count}`), waitMs, 'an upload');
      socket.resume();
      process.kill(server.servingPid(), count % 2 === 0 ? 'SIGKILL' : 'SIGSEGV');
      await expect(client.reply()).rejects.toThrow(/closed by the server/);
      client.destroy();
    }
    const next = await until(logIn, waitMs, 'the next login');
    await next.quit();
  });

  it.each(['SIGKILL', 'SIGTERM'] as const)('the keeper’s end ends all: %s', async (signal) => {
    const { client, socket } = await startUpload('file');
    const pid = server.servingPid();
    const closed = once(socket.resume(), 'close');
    process.kill(server.process.pid, signal);
    await within(closed, waitMs, 'end of the data');
    await until(() => processStatus(pid, 'Uid') === undefined, waitMs, 'end of the server');
    await within(server.process.ended, waitMs, 'end of the keeper');
    client.destroy();
    await expect(ControlClient.connect({ port: server.port })).rejects.toThrow(/ECONNREFUSED/);
  });
});
