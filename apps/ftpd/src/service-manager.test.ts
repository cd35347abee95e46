import { join } from 'node:path';
import { removeFolder, startDatagramReceiver, temporaryFolder, until } from '@ftpd/test-services';
import { describe, expect, it, onTestFinished } from 'vitest';
import { handOver, serviceManager } from './service-manager.ts';

const waitMs = 20_000;

async function receive(isAbstract = false) {
  const folder = temporaryFolder('notify-');
  const path = isAbstract ? `@ftpd-test-${process.pid}` : join(folder, 'notify');
  const receiver = await startDatagramReceiver(path);
  onTestFinished(async () => {
    await receiver.stop();
    removeFolder(folder);
  });
  return {
    path,
    /** Waits for so many. */
    heard: async (count: number): Promise<readonly string[]> => {
      await until(() => receiver.messages().length >= count, waitMs, `${count} messages`);
      return receiver.messages();
    },
  };
}

describe('serviceManager', () => {
  it.each([
    ['a file', false],
    ['an abstract name', true],
  ])('tells a manager at %s how the daemon is', async (_, isAbstract) => {
    const { path, heard } = await receive(isAbstract);
    const manager = serviceManager({ NOTIFY_SOCKET: path }, { pid: 42 });
    manager.ready('Serving\n0.0.0.0:21');
    manager.reloading();
    manager.stopping();
    const [ready, reloading, stopping] = await heard(3);
    expect(ready).toBe('READY=1\nMAINPID=42\nSTATUS=Serving 0.0.0.0:21');
    expect(reloading).toMatch(/^RELOADING=1\nMONOTONIC_USEC=\d+\nSTATUS=/);
    expect(stopping).toMatch(/^STOPPING=1\n/);
  });

  it('leaves nothing in the environment for whom it starts', () => {
    const environment = { NOTIFY_SOCKET: '/nowhere', WATCHDOG_USEC: '1000000', WATCHDOG_PID: '1', LANG: 'C' };
    serviceManager(environment);
    expect(environment).toEqual({ LANG: 'C' });
  });

  it('asks for a sign of life while the manager watches this process', async () => {
    const { path, heard } = await receive();
    const watched = { NOTIFY_SOCKET: path, WATCHDOG_USEC: '20000' };
    const manager = serviceManager({ ...watched, WATCHDOG_PID: '42' }, { pid: 42 });
    manager.watch(() => manager.alive());
    expect(await heard(3)).toEqual(expect.arrayContaining(['WATCHDOG=1']));
    let isAsked = false;
    serviceManager({ ...watched, WATCHDOG_PID: '43' }, { pid: 42 }).watch(() => (isAsked = true));
    serviceManager({ ...watched, WATCHDOG_USEC: '-1' }, { pid: 42 }).watch(() => (isAsked = true));
    serviceManager({ WATCHDOG_USEC: '20000' }, { pid: 42 }).watch(() => (isAsked = true));
    await heard(8);
    expect(isAsked).toBe(false);
  });

  it('says that it can tell nobody, and goes on', () => {
    const problems: string[] = [];
    const onProblem = (text: string): unknown => problems.push(text);
    serviceManager({ NOTIFY_SOCKET: 'vsock:2:1234' }, { onProblem }).ready('');
    serviceManager({ NOTIFY_SOCKET: `/${'x'.repeat(200)}` }, { onProblem }).ready('');
    expect(problems).toEqual([
      "NOTIFY_SOCKET 'vsock:2:1234' is no Unix socket: the service manager is told nothing",
      expect.stringContaining('set Type=exec'),
    ]);
    const manager = serviceManager({ NOTIFY_SOCKET: '/nowhere/at/all' }, { onProblem });
    manager.ready('');
    manager.stopping();
    expect(problems).toHaveLength(2);
  });

  it('names the daemon that the manager’s own process started', async () => {
    const { path, heard } = await receive();
    handOver({ NOTIFY_SOCKET: path }, 43);
    expect(await heard(1)).toEqual(['MAINPID=43\nREADY=1']);
    handOver({}, 43);
  });
});
