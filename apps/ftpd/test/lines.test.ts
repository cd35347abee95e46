import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  BASE_CONFIGURATION,
  ControlClient,
  PASSWORD,
  until,
  type ServerKind,
  type TestServer,
} from '@ftpd/test-services';
import { describeBeside } from './beside.ts';
import { servers } from './servers.ts';

const SCRIPT = 'PWD\r\nCWD sub\r\nPWD\r\nSYST\r\nXYZZY\r\nCWD /\r\nNOOP\r\n';
const CODES = [257, 250, 257, 215, 500, 250, 200];

const IAC_SEQUENCES = {
  'IAC IP IAC DM': [0xff, 0xf4, 0xff, 0xf2],
  'IAC DO': [0xff, 0xfd, 0x06],
  'IAC WILL': [0xff, 0xfb, 0x06],
} as const;

/** A new turn of the event loop: what was written before has left as a segment of its own. */
async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

/**
 * Where a script may be cut into packets. ProFTPD 1.3.8 loses the end of a line when CR and LF come in different packets,
 * so it never sees that cut.
 */
function cutsFor(kind: ServerKind): readonly number[] {
  const all = Array.from({ length: SCRIPT.length - 1 }, (_, index) => index + 1);
  return kind === 'proftpd' ? all.filter((at) => SCRIPT[at] !== '\n') : all;
}

async function sendCut(client: ControlClient, cuts: readonly number[]): Promise<void> {
  let from = 0;
  for (const end of [...cuts, SCRIPT.length]) {
    client.sendRaw(SCRIPT.slice(from, end));
    from = end;
    await turn();
  }
}

async function codesOf(client: ControlClient, count: number): Promise<readonly number[]> {
  const codes: number[] = [];
  while (codes.length < count) codes.push((await client.reply()).code);
  return codes;
}

describeBeside(servers)('lines that $name receives', ({ kind, start }) => {
  let server: TestServer;

  beforeAll(async () => {
    const files = {
      'homes/lines/sub/': '',
      ...Object.fromEntries(
        Array.from({ length: 50 }, (_, bytes) => [`homes/lines/f${bytes}`, 'x'.repeat(bytes)]),
      ),
    };
    server = await start({ config: BASE_CONFIGURATION, users: [{ name: 'lines' }], files });
  });

  afterAll(async () => {
    await server?.stop();
  });

  async function login(): Promise<ControlClient> {
    return ControlClient.login({ port: server.port, user: 'lines', password: PASSWORD });
  }

  async function assertServes(): Promise<void> {
    const client = await login();
    await client.ask('NOOP', 200);
    await client.quit();
  }

  test('one byte at a time mean the same', async () => {
    const client = await login();
    await sendCut(client, cutsFor(kind));
    expect(await codesOf(client, CODES.length)).toEqual(CODES);
    await client.quit();
  });

  test('fifty commands in one packet are answered in order', async () => {
    const client = await login();
    await client.ask('TYPE I', 200);
    client.sendRaw(Array.from({ length: 50 }, (_, bytes) => `SIZE f${bytes}\r\n`).join(''));
    const texts: string[] = [];
    while (texts.length < 50) texts.push((await client.expect(213)).text);
    expect(texts).toEqual(Array.from({ length: 50 }, (_, bytes) => String(bytes)));
    await client.quit();
  });

  test('every split into packets means the same', async () => {
    const client = await login();
    const cuts = fc.subarray([...cutsFor(kind)], { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(cuts, async (chosen) => {
        await sendCut(client, chosen);
        expect(await codesOf(client, CODES.length)).toEqual(CODES);
      }),
      { numRuns: 40 },
    );
    await client.quit();
  });

  test.each(Object.entries(IAC_SEQUENCES))(
    '%s is taken out wherever it stands in a command',
    async (_, sequence) => {
      const client = await login();
      // Not between CR and LF: there ProFTPD loses the end of the line.
      for (const at of [0, 1, 2, 3, 4, 6]) {
        const line = Buffer.from('NOOP\r\n');
        client.sendRaw(Buffer.concat([line.subarray(0, at), Uint8Array.from(sequence), line.subarray(at)]));
        expect((await client.reply()).code).toBe(200);
      }
      await client.quit();
    },
  );

  test('negotiation is refused with the same option', async () => {
    const client = await login();
    client.sendRaw(Uint8Array.of(0xff, 0xfd, 0x01, 0xff, 0xfb, 0x03));
    await client.ask('NOOP', 200);
    expect(client.telnet.map((bytes) => [...bytes])).toEqual([
      [0xff, 0xfc, 0x01],
      [0xff, 0xfe, 0x03],
    ]);
    await client.quit();
  });

  test('every byte from NUL to 0xff in a name gets its reply', async () => {
    const client = await login();
    const bytes = Array.from({ length: 256 }, (_, byte) => byte).filter(
      (byte) => ![10, 13, 0xff].includes(byte),
    );
    client.sendRaw(
      Buffer.concat(
        bytes.map((byte) => Buffer.from([...Buffer.from('CWD a'), byte, ...Buffer.from('z\r\n')])),
      ),
    );
    // A NUL cannot be in a name: ProFTPD cuts the line there, ours refuses it.
    const nul = kind === 'proftpd' ? 550 : 501;
    expect(await codesOf(client, bytes.length)).toEqual(bytes.map((byte) => (byte === 0 ? nul : 550)));
    await client.quit();
  });

  test('100,000 bytes without an end leave the server alive', async () => {
    const client = await login();
    client.sendRaw('x'.repeat(100_000));
    await turn();
    client.sendRaw('\r\n');
    await assertServes();
    client.destroy();
  });

  test('random bytes leave the server alive', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 5 }), async (chunks) => {
        const client = await login();
        for (const chunk of chunks) {
          client.sendRaw(chunk);
          await turn();
        }
        client.destroy();
      }),
      { numRuns: 15 },
    );
    await assertServes();
  });

  test('a client that vanishes in the middle of a line leaves nothing behind', async () => {
    const client = await login();
    client.sendRaw('CWD su');
    client.destroy({ withReset: true });
    await until(async () => (await assertServes(), true), 5_000, 'the server');
    server.process.assertRunning();
  });
});
