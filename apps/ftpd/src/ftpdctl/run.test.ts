import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import type { ControlAnswer } from '@ftpd/module';
import { removeFolder, temporaryFolder } from '@ftpd/test-services';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answerFrame } from '../controls/answer-frame.ts';
import { readRequest, type RequestFrame } from '../controls/request-frame.ts';
import { integer } from '../controls/word-bytes.ts';
import { runFtpdctl } from './run.ts';

let folder: string;
let server: Server | undefined;

beforeEach(() => {
  folder = temporaryFolder('ftpdctl-');
});
afterEach(() => {
  server?.close();
  server = undefined;
  removeFolder(folder);
});

const path = (): string => join(folder, 'socket');

async function serve(onConnection: (socket: Socket) => void): Promise<void> {
  server = createServer((socket) => {
    socket.on('error', () => undefined);
    onConnection(socket);
  });
  server.listen({ path: path() });
  await once(server, 'listening');
}

/** A daemon that understands both forms, or the older one only; it takes a request to come in one piece. */
async function daemon(
  answer: ControlAnswer,
  forms: readonly string[] = ['json', 'words'],
): Promise<RequestFrame[]> {
  const requests: RequestFrame[] = [];
  await serve((socket) =>
    socket.on('data', (bytes) => {
      const read = readRequest(bytes);
      if (read.kind !== 'request' || !forms.includes(read.request.form)) {
        socket.destroy();
        return;
      }
      requests.push(read.request);
      socket.end(answerFrame(answer, read.request));
    }),
  );
  return requests;
}

interface Result {
  readonly code: number;
  readonly printed: string;
  readonly errors: string;
}

async function run(...argv: readonly string[]): Promise<Result> {
  const printed: string[] = [];
  const errors: string[] = [];
  const code = await runFtpdctl(argv, {
    print: (line) => printed.push(line),
    printError: (line) => errors.push(line),
    version: '1.2.3',
    sockets: [join(folder, 'none'), path()],
    timeoutMs: 300,
  });
  return { code, printed: printed.join('\n'), errors: errors.join('\n') };
}

describe('ftpdctl', () => {
  it('prints what the daemon answers, as ProFTPD’s does', async () => {
    const requests = await daemon({ status: 'ok', lines: ['one', 'two'], data: 7 });
    expect(await run('ban', 'info')).toEqual({ code: 0, printed: 'ftpdctl: one\nftpdctl: two', errors: '' });
    expect(requests).toEqual([{ form: 'json', action: 'ban', args: ['info'], wantsData: false }]);
  });

  it('prints one JSON object with --json', async () => {
    await daemon({ status: 'not-found', lines: ['none'], data: { names: ['bob'] } });
    const { code, printed } = await run('--json', 'ban', 'info');
    expect(code).toBe(4);
    expect(JSON.parse(printed)).toEqual({
      status: 'not-found',
      exitCode: 4,
      lines: ['none'],
      data: { names: ['bob'] },
    });
  });

  it.each([
    ['ok', 0],
    ['failed', 1],
    ['access-denied', 2],
    ['wrong-parameters', 3],
    ['not-found', 4],
    ['not-permitted', 5],
    ['ignored', 6],
    ['unsupported', 7],
    ['internal', 8],
  ] as const)('ends with the number of %s', async (status, code) => {
    await daemon({ status, lines: ['text'] });
    expect(await run('help')).toEqual({ code, printed: 'ftpdctl: text', errors: '' });
  });

  it('speaks the older form to who does not know the newer one', async () => {
    const requests = await daemon({ status: 'ok', lines: ['done'] }, ['words']);
    expect(await run('ban', 'user', 'bob')).toEqual({ code: 0, printed: 'ftpdctl: done', errors: '' });
    expect(requests).toMatchObject([{ form: 'words', action: 'ban', args: ['user', 'bob'] }]);
  });

  it('says what it does with -v', async () => {
    await daemon({ status: 'ok', lines: [] });
    expect((await run('-v', 'help')).errors.split('\n')).toEqual([
      `ftpdctl: contacting server using '${path()}'`,
      'ftpdctl: sending control request',
      'ftpdctl: receiving control response',
    ]);
  });

  it('does nothing to the terminal, whatever the daemon says', async () => {
    await serve((socket) =>
      socket.end(Buffer.concat([integer(0), integer(1), integer(4), Buffer.from('\u001b[2J')])),
    );
    expect((await run('help')).printed).toBe('ftpdctl: \\x1b[2J');
  });
});

describe('without an answer ftpdctl', () => {
  it('says that no daemon is there, and what to do', async () => {
    const { code, errors } = await run('-s', '/nowhere/socket', 'help');
    expect(code).toBe(69);
    expect(errors).toMatch(/^ftpdctl: no daemon listens at '\/nowhere\/socket': start it .* -s$/u);
    expect(await run('-s', folder, 'help')).toMatchObject({ code: 69 });
  });

  it('says so in JSON, too', async () => {
    const { code, printed } = await run('-s', '/nowhere/socket', '--json', 'help');
    expect(code).toBe(69);
    expect(JSON.parse(printed)).toMatchObject({ status: 'no-answer', exitCode: 69 });
  });

  it('says that the daemon is silent', async () => {
    await serve(() => undefined);
    const { code, errors } = await run('help');
    expect(code).toBe(75);
    expect(errors).toContain('gave no answer within 0.3 s');
  });

  it('says that the connection was closed', async () => {
    await serve((socket) => socket.end());
    const { code, errors } = await run('help');
    expect(code).toBe(76);
    expect(errors).toContain('closed the connection without an answer');
  });

  it.each([
    ['ends too early', Buffer.from([9, 0, 0, 0, 123])],
    ['is no JSON', Buffer.from([1, 0, 0, 0, 123])],
    ['is too long', Buffer.from([0, 0, 0, 0x10])],
  ])('says that it %s', async (_, bytes) => {
    await serve((socket) => socket.end(bytes));
    const { code, errors } = await run('help');
    expect(code).toBe(76);
    expect(errors).toContain("can't be read");
  });
});

it('ftpdctl tells its usage, its version, and what is wrong with a command line', async () => {
  const help = await run('--help');
  expect(help.code).toBe(0);
  expect(help.printed).toMatch(/^usage: ftpdctl /u);
  expect(await run('--version')).toEqual({ code: 0, printed: 'ftpdctl 1.2.3', errors: '' });
  expect(await run()).toEqual({
    code: 64,
    printed: '',
    errors: 'ftpdctl: missing required action; ftpdctl --help says more',
  });
});
