import { until } from '@ftpd/test-services';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ask,
  connected,
  frame,
  received,
  root,
  start,
  stranger,
  told,
} from '../../test/control-service-fixture.ts';
import { integer } from './word-bytes.ts';

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
