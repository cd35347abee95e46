import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ControlClient, openData, PASSWORD, startFtpd, until, type TestServer } from '@ftpd/test-services';
import { configuration } from './dialogues/base.ts';

const MAX_DESCRIPTORS = 96;

describe('a daemon without descriptors', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startFtpd({
      config: configuration([]),
      users: [{ name: 'u' }],
      files: { 'homes/u/file': 'content' },
      maxDescriptors: MAX_DESCRIPTORS,
    });
  });

  afterAll(async () => {
    await server?.stop();
  });

  /** Those that the limit is about: what was inherited may have a higher number. */
  const descriptors = (): number =>
    readdirSync(`/proc/${server.process.pid}/fd`).filter((name) => Number(name) < MAX_DESCRIPTORS).length;

  const login = (): Promise<ControlClient> =>
    ControlClient.login({ port: server.port, user: 'u', password: PASSWORD });

  /** Idle connections until the daemon has only so many descriptors left. */
  async function leaveOnly(spare: number): Promise<readonly ControlClient[]> {
    const idle: ControlClient[] = [];
    while (descriptors() < MAX_DESCRIPTORS - spare) {
      const client = await ControlClient.connect({ port: server.port });
      await client.expect(220);
      idle.push(client);
    }
    return idle;
  }

  async function download(client: ControlClient): Promise<string> {
    const data = await openData(client);
    await client.ask('RETR file', 150);
    const content = await data.download();
    await client.expect(226);
    return content.toString();
  }

  it('answers commands it has no descriptor for, keeps the session, and leaks none', async () => {
    const client = await login();
    await client.ask('TYPE I', 200);
    expect(await download(client)).toBe('content');
    const before = descriptors();
    const codes = new Set<number>();
    for (const spare of [0, 1, 2, 3]) {
      const idle = await leaveOnly(spare);
      for (const line of ['EPSV', 'ABOR', 'RETR file', 'STOR new', 'LIST', 'SIZE file', 'NOOP']) {
        codes.add((await client.ask(line)).code);
      }
      for (const other of idle) other.destroy();
      await until(() => descriptors() <= before + 1, 2000, 'the end of the idle connections');
    }
    // 425: no data connection. 550: no descriptor for the file. Never silence, never the end of the session.
    expect([...codes]).toEqual(expect.arrayContaining([425, 550, 200]));
    expect(await download(client)).toBe('content');
    await client.quit();
  });

  it('goes on accepting when there are descriptors again', async () => {
    const idle = await leaveOnly(0);
    const waiting = await Promise.all(
      Array.from({ length: 8 }, () => ControlClient.connect({ port: server.port })),
    );
    for (const client of [...idle, ...waiting]) client.destroy();
    await until(() => descriptors() < MAX_DESCRIPTORS / 2, 2000, 'the end of the idle connections');
    const fresh = await login();
    expect(await fresh.ask('NOOP', 200)).toBeDefined();
    await fresh.quit();
  });
});
