import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { defineModule, type ControlAnswer, type ControlClient, type ControlRequest } from '@ftpd/module';
import { removeFolder, temporaryFolder, until } from '@ftpd/test-services';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configurationOf } from '../../test/configuration-of.ts';
import { readAnswer } from '../ftpdctl/answer.ts';
import { requestFrame } from '../ftpdctl/exchange.ts';
import { controlsAcls } from '../modules/ctrls/ctrls-rows.ts';
import { controlServer, createControlService, type ControlServiceOptions } from './control-service.ts';
import { integer } from './word-bytes.ts';

const root: ControlClient = { uid: 0, gid: 0, pid: 1, user: 'root', groups: ['root'] };
const stranger: ControlClient = { uid: 1, gid: 1, pid: 2, user: 'bin', groups: ['bin'] };

type Run = (request: ControlRequest) => Promise<ControlAnswer>;

let folder: string;
let ends: (() => void)[];

beforeEach(() => {
  folder = temporaryFolder('controls-');
  ends = [];
});
afterEach(() => {
  for (const end of ends) end();
  removeFolder(folder);
});

const path = (): string => join(folder, 'socket');

interface Setup extends Partial<ControlServiceOptions> {
  readonly config?: string;
  /** What the action `insctrl` of another name does: `probe`, allowed like `help`. */
  readonly run?: Run;
}

/** Starts a service with an action `probe`, which lines about `all` allow. */
async function start({
  config = 'ControlsACLs all allow user root\n',
  run = () => Promise.resolve({ status: 'ok', lines: ['done'] }),
  ...options
}: Setup = {}): Promise<{
  readonly log: readonly string[];
  readonly follow: (text: string) => Promise<void>;
}> {
  const log: string[] = [];
  const service = createControlService({ identify: () => Promise.resolve(root), ...options });
  const module = defineModule({
    name: 'mod_probe',
    apiVersion: 1,
    controls: [{ name: 'probe', summary: 'try something', acls: controlsAcls, run }],
  });
  const follow = async (text: string): Promise<void> => {
    const configuration = await configurationOf(text);
    const main = configuration.scope({ server: configuration.servers[0] });
    service.follow({
      main,
      modules: [module],
      moduleContext: {
        servers: [],
        serverNamed: () => undefined,
        everywhere: () => [],
        isReload: false,
        clientName: () => '',
        log: (_, line) => void log.push(line),
        trace: () => undefined,
        caches: { of: () => Promise.resolve(undefined) },
        poolSecret: () => Promise.resolve(undefined),
      },
    });
  };
  await follow(config);
  const server = controlServer();
  server.listen({ path: path() });
  await once(server, 'listening');
  service.listen(server);
  ends.push(() => service.close());
  return { log, follow };
}

async function connected(): Promise<Socket> {
  const socket = connect({ path: path(), allowHalfOpen: true });
  socket.on('error', () => undefined);
  ends.push(() => socket.destroy());
  await once(socket, 'connect');
  return socket;
}

/** All that comes until the connection is closed. */
async function received(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  await new Promise((resolve) => socket.on('close', resolve).on('end', () => socket.end()));
  return Buffer.concat(chunks);
}

const frame = (action: string, ...args: readonly string[]): Uint8Array =>
  requestFrame({ action, args, wantsData: false }, 'words');

async function ask(bytes: Uint8Array): Promise<string> {
  const socket = await connected();
  socket.write(bytes);
  return told(await received(socket));
}

function told(bytes: Uint8Array): string {
  const read = readAnswer(bytes);
  return read.kind === 'answer' ? `${read.answer.status}: ${read.answer.lines.join('|')}` : read.kind;
}

describe('the control service', () => {
  it('tells an action its words and who asks, and the client its answer', async () => {
    const requests: ControlRequest[] = [];
    await start({
      run: (request) => {
        requests.push(request);
        return Promise.resolve({ status: 'ok', lines: ['one', 'two'] });
      },
    });
    expect(await ask(frame('probe', 'a', 'b c'))).toBe('ok: one|two');
    expect(requests).toMatchObject([{ args: ['a', 'b c'], client: root }]);
  });

  it('has the actions of mod_ctrls', async () => {
    await start();
    expect(await ask(frame('help'))).toBe(
      'ok: help: describe all registered controls|insctrl: enable a disabled control|lsctrl: list all registered controls|probe: try something|rmctrl: disable a registered control',
    );
    expect(await ask(frame('lsctrl'))).toBe(
      'ok: help (mod_ctrls.c)|insctrl (mod_ctrls.c)|lsctrl (mod_ctrls.c)|probe (mod_probe.c)|rmctrl (mod_ctrls.c)',
    );
    expect(await ask(frame('help', 'x'))).toBe('wrong-parameters: wrong number of parameters');
    expect(await ask(frame('nope'))).toBe('unsupported: unsupported action requested');
  });

  it('disables and enables actions, until the next configuration', async () => {
    const { follow } = await start();
    expect(await ask(frame('rmctrl', 'nope'))).toBe("not-found: no such control: 'nope'");
    expect(await ask(frame('rmctrl', 'probe', 'mod_other.c'))).toBe("not-found: no such control: 'probe'");
    expect(await ask(frame('rmctrl', 'lsctrl'))).toBe("not-permitted: 'lsctrl' control cannot be removed");
    expect(await ask(frame('rmctrl', 'probe', 'mod_probe.c'))).toBe("ok: 'probe' control disabled");
    expect(await ask(frame('probe'))).toBe('access-denied: access denied');
    expect(await ask(frame('lsctrl'))).not.toContain('probe');
    expect(await ask(frame('insctrl', 'probe'))).toBe("ok: 'probe' control enabled");
    expect(await ask(frame('probe'))).toBe('ok: done');
    expect(await ask(frame('rmctrl', 'all'))).toBe(
      'ok: all controls disabled|restart the daemon to re-enable controls',
    );
    expect(await ask(frame('insctrl', 'all'))).toBe('access-denied: access denied');
    await follow('ControlsACLs all allow user root\n');
    expect(await ask(frame('probe'))).toBe('ok: done');
  });

  it('denies everybody what no line allows, and follows the configuration', async () => {
    const { follow } = await start({ config: '' });
    expect(await ask(frame('help'))).toBe('access-denied: access denied');
    await follow('ControlsACLs lsctrl allow user root\n');
    expect(await ask(frame('help'))).toBe('access-denied: access denied');
    expect(await ask(frame('lsctrl'))).toContain('ok: help (mod_ctrls.c)');
    await follow('ControlsACLs all allow user root\nControlsSocketACL deny user root\n');
    expect(await ask(frame('lsctrl'))).toBe('access-denied: access denied');
  });

  it('asks no module for an action that is not allowed', async () => {
    let isRun = false;
    await start({
      identify: () => Promise.resolve(stranger),
      run: () => {
        isRun = true;
        return Promise.resolve({ status: 'ok', lines: [] });
      },
    });
    expect(await ask(frame('probe'))).toBe('access-denied: access denied');
    expect(isRun).toBe(false);
  });

  it('answers when an action fails, and logs why', async () => {
    const { log } = await start({ run: () => Promise.reject(new Error('broken')) });
    expect(await ask(frame('probe'))).toBe('internal: internal error: the log says more');
    expect(log).toEqual(['mod_probe: probe: Error: broken']);
  });

  it('lets nobody in whom the system can not name', async () => {
    const { log } = await start({ identify: () => Promise.reject(new Error('no answer')) });
    expect(await ask(frame('help'))).toBe('incomplete');
    expect(log[0]).toContain('no answer');
  });

  it('ends an action that takes too long, and aborts it', async () => {
    let signal: AbortSignal | undefined;
    await start({
      limits: { clientMs: 5000, actionMs: 50 },
      run: (request) => {
        signal = request.signal;
        return new Promise(() => undefined);
      },
    });
    expect(await ask(frame('probe'))).toBe('internal: no answer within 0.05 s');
    expect(signal?.aborted).toBe(true);
  });

  it('aborts an action whose client has gone', async () => {
    let signal: AbortSignal | undefined;
    await start({
      run: (request) => {
        signal = request.signal;
        return Promise.resolve({ status: 'ok', lines: ['x'.repeat(1_000_000)] });
      },
    });
    const socket = await connected();
    socket.pause();
    socket.write(frame('probe'));
    await until(() => signal !== undefined, 5000, 'the action');
    socket.destroy();
    await until(() => signal?.aborted === true, 5000, 'the end of the action');
  });
});

describe('what comes over a connection', () => {
  it.each([1, 2, 3, 5, 7])('may come in pieces of %i', async (size) => {
    await start();
    const socket = await connected();
    const bytes = frame('probe', 'abc');
    const answer = received(socket);
    for (let at = 0; at < bytes.length; at += size) {
      socket.write(bytes.subarray(at, at + size));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(told(await answer)).toBe('ok: done');
  });

  it('is answered once, however much follows', async () => {
    let runs = 0;
    await start({
      run: () => {
        runs += 1;
        return Promise.resolve({ status: 'ok', lines: ['done'] });
      },
    });
    expect(await ask(Buffer.concat([frame('probe'), frame('probe'), Buffer.alloc(200_000, 1)]))).toBe(
      'ok: done',
    );
    expect(runs).toBe(1);
  });

  it.each([
    ['HTTP', Buffer.from('GET /help HTTP/1.1\r\nHost: x\r\n\r\n')],
    ['FTP', Buffer.from('HELP\r\n')],
    ['a length of 4 GiB', Buffer.concat([integer(0), integer(1), integer(-1)])],
    ['no JSON', Buffer.concat([integer(4), Buffer.from('helo')])],
  ])('is refused if it is %s', async (_, bytes) => {
    await start();
    expect(await ask(bytes)).toMatch(/^wrong-parameters: bad request: /u);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['half a request', frame('probe', 'abc').subarray(0, 9)],
  ])('is closed after its time if it is %s, and at once where that is all', async (_, bytes) => {
    await start({ limits: { clientMs: 100, actionMs: 1000 } });
    const slow = await connected();
    if (bytes.length > 0) slow.write(bytes);
    expect(await received(slow)).toHaveLength(0);
    const ended = await connected();
    ended.end(bytes);
    expect(await received(ended)).toHaveLength(0);
  });

  it('does no harm, whatever it is', async () => {
    await start();
    const begin = fc.constantFrom([], [0, 0, 0, 0], [0, 0, 0, 0, 1, 0, 0, 0], [20, 0, 0, 0, 123]);
    await fc.assert(
      fc.asyncProperty(begin, fc.uint8Array({ maxLength: 64 }), async (start_, rest) => {
        const socket = await connected();
        socket.end(Buffer.concat([Buffer.from(start_), rest]));
        expect(told(await received(socket))).toMatch(/^(?:incomplete|wrong-parameters|unsupported)/u);
      }),
      { numRuns: 60 },
    );
    expect(await ask(frame('probe'))).toBe('ok: done');
  });

  it('is from so many clients at once, and no more', async () => {
    await start({ maxClients: 3 });
    const held = [await connected(), await connected(), await connected()];
    const fourth = await connected();
    expect(await received(fourth)).toHaveLength(0);
    held[0]?.destroy();
    await until(async () => (await ask(frame('probe'))) === 'ok: done', 5000, 'a free place');
  });

  it('takes no places from those who may, where it comes from those who may nothing', async () => {
    let client = stranger;
    await start({ maxClients: 4, maxStrangers: 2, identify: () => Promise.resolve(client) });
    const held = [await connected(), await connected()];
    const third = await connected();
    expect(await received(third)).toHaveLength(0);
    client = root;
    expect(await ask(frame('probe'))).toBe('ok: done');
    for (const socket of held) expect(socket.destroyed).toBe(false);
  });
});
