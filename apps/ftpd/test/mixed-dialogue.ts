import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { parseReply, secureClearably, within, type ClearableTls } from '@ftpd/test-services';

/** A command and what its reply's last line is, the handshake, or the end of TLS with the client's close_notify or without. */
export type MixedStep = readonly [command: string, reply: string] | 'handshake' | 'clear' | 'clear rudely';

const deadlineMs = 20_000;

async function nextReply(socket: Socket, received: { bytes: Buffer }): Promise<string> {
  for (;;) {
    const parsed = parseReply(received.bytes);
    if (parsed.kind === 'reply') {
      received.bytes = received.bytes.subarray(parsed.used);
      return `${parsed.reply.code} ${parsed.reply.lines.at(-1) ?? ''}`;
    }
    const listening = new AbortController();
    const chunk = await within(
      Promise.race(['data', 'close'].map((event) => once(socket, event, { signal: listening.signal }))),
      deadlineMs,
      'the next reply',
    );
    listening.abort();
    const [data] = chunk as [Buffer | boolean];
    if (!Buffer.isBuffer(data)) return 'closed';
    received.bytes = Buffer.concat([received.bytes, data]);
  }
}

/** Says all of it, in clear and in TLS, and tells what was answered. @returns pairs of the same form as the steps. */
export async function mixedDialogue(port: number, steps: readonly MixedStep[]): Promise<MixedStep[]> {
  const raw = connect({ port, host: '127.0.0.1', noDelay: true });
  raw.on('error', () => {});
  let socket: Socket = raw;
  let tls: ClearableTls | undefined;
  const received = { bytes: Buffer.alloc(0) };
  const said: MixedStep[] = [];
  try {
    await nextReply(socket, received);
    for (const step of steps) {
      if (typeof step === 'string') {
        if (step === 'handshake') tls = await secureClearably(raw, { rejectUnauthorized: false });
        socket = step === 'handshake' ? tls!.socket : await tls!.clear(step === 'clear');
        said.push(step);
        continue;
      }
      socket.write(`${step[0]}\r\n`);
      said.push([step[0], await nextReply(socket, received)]);
    }
    return said;
  } finally {
    socket.destroy();
    raw.destroy();
  }
}
