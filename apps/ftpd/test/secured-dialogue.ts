import { connect, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';

export interface SecuredDialogue {
  readonly port: number;
  /** What the TLS client is made with; the server's certificate is taken whoever vouches for it. */
  readonly tls?: ConnectionOptions;
  /** Sent one after the other, each when the one before was answered. */
  readonly commands?: readonly string[];
  /** TLS begins with the connection. */
  readonly isImplicit?: boolean;
}

export interface SecuredOutcome {
  /** Common name of the server's certificate; undefined: no handshake, or the server left at once. */
  readonly serverName?: string;
  readonly protocol?: string;
  readonly cipher?: string;
  readonly alpn?: string;
  /** Last lines of the replies to AUTH and the commands; `closed` where the server left instead. */
  readonly replies: readonly string[];
}

const deadlineMs = 20_000;

/** The next reply's last line; undefined: the connection ended. */
function nextReply(socket: Socket): Promise<string | undefined> {
  return new Promise((resolve) => {
    let text = '';
    const done = (line: string | undefined): void => {
      socket.off('data', take);
      resolve(line);
    };
    const take = (chunk: Buffer): void => {
      text += chunk.toString('latin1');
      const last = /(?:^|\n)(\d{3} [^\r\n]*)\r\n$/u.exec(text)?.[1];
      if (last !== undefined) done(last);
    };
    socket.on('data', take);
    for (const event of ['end', 'close', 'error'] as const) socket.once(event, () => done(undefined));
    socket.setTimeout(deadlineMs, () => socket.destroy(new Error('no answer')));
  });
}

/** A dialogue over TLS, and what came of it: a refusal is an outcome. */
export async function securedDialogue({
  port,
  tls = {},
  commands = [],
  isImplicit = false,
}: SecuredDialogue): Promise<SecuredOutcome> {
  const raw = connect({ port, host: '127.0.0.1' });
  raw.on('error', () => {});
  const replies: string[] = [];
  let socket: TLSSocket | undefined;
  try {
    if (!isImplicit) {
      await nextReply(raw);
      raw.write('AUTH TLS\r\n');
      const answer = (await nextReply(raw)) ?? 'closed';
      replies.push(answer);
      if (!answer.startsWith('234')) return { replies };
    }
    const secured = await handshake(raw, tls);
    if (secured === undefined) return { replies: [...replies, 'closed'] };
    socket = secured;
    // At once: a connection that was reset knows nothing any more.
    const { CN: serverName } = secured.getPeerCertificate().subject as { readonly CN?: string };
    const alpn = secured.alpnProtocol;
    const { name: cipher } = secured.getCipher();
    const protocol = secured.getProtocol() ?? '';
    if (isImplicit) replies.push((await nextReply(secured)) ?? 'closed');
    for (const command of commands) {
      secured.write(`${command}\r\n`);
      const reply = (await nextReply(secured)) ?? 'closed';
      replies.push(reply);
      if (reply === 'closed') break;
    }
    return {
      replies,
      protocol,
      cipher,
      ...(serverName === undefined ? {} : { serverName }),
      ...(typeof alpn === 'string' ? { alpn } : {}),
    };
  } finally {
    socket?.destroy();
    raw.destroy();
  }
}

function handshake(raw: Socket, options: ConnectionOptions): Promise<TLSSocket | undefined> {
  return new Promise((resolve) => {
    const secured = connectTls({ rejectUnauthorized: false, ...options, socket: raw });
    secured.on('error', () => resolve(undefined));
    secured.once('close', () => resolve(undefined));
    secured.once('secureConnect', () => resolve(secured));
  });
}
