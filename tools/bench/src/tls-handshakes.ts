import { connect as connectTcp } from 'node:net';
import { connect as connectTls, createSecureContext, type SecureContext } from 'node:tls';
import { cpuSecondsOf } from './process-tree.ts';
import type { BenchServer } from './servers.ts';

export type TlsVersion = 'TLSv1.2' | 'TLSv1.3';

const cipherOf: Readonly<Record<TlsVersion, string>> = {
  'TLSv1.2': 'ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES256-GCM-SHA384',
  'TLSv1.3': 'TLS_AES_256_GCM_SHA384',
};

/** Made once: a context for each connection would cost the client more than the server. */
export function clientContext(version: TlsVersion): SecureContext {
  return createSecureContext({
    minVersion: version,
    maxVersion: version,
    ciphers: cipherOf[version],
    ecdhCurve: 'X25519:P-256',
  });
}

export interface ControlVisit {
  readonly isReused: boolean;
  /** The newest that the server gave. */
  readonly session: Buffer | undefined;
}

/** One control connection: greeting, AUTH TLS, handshake, QUIT, 221, end. The client does no more than a server needs. */
export function visitControl(
  port: number,
  secureContext: SecureContext,
  session?: Buffer,
): Promise<ControlVisit> {
  return new Promise((resolve, reject) => {
    const raw = connectTcp({ port, host: '127.0.0.1', noDelay: true });
    let received = '';
    const fail = (error?: Error): void => {
      raw.destroy();
      reject(error ?? new Error(`the server closed the connection after ${JSON.stringify(received)}`));
    };
    const secure = (): void => {
      raw.removeAllListeners('data');
      let newest: Buffer | undefined;
      const socket = connectTls({
        socket: raw,
        secureContext,
        rejectUnauthorized: false,
        ...(session === undefined ? {} : { session }),
      });
      socket.on('session', (given) => (newest = given));
      socket.once('secureConnect', () => socket.write('QUIT\r\n'));
      socket.once('error', fail);
      socket.once('data', (reply: Buffer) => {
        if (reply.toString('latin1', 0, 3) !== '221')
          return fail(new Error(`QUIT was answered ${reply.toString('latin1')}`));
        socket.removeListener('error', fail).on('error', () => undefined);
        socket.end();
        raw.removeListener('close', fail);
        resolve({ isReused: socket.isSessionReused(), session: newest });
      });
    };
    raw.on('data', (chunk) => {
      received += chunk.toString('latin1');
      if (/^220 [^\n]*\n$/m.test(received)) raw.write('AUTH TLS\r\n');
      if (/^234 [^\n]*\n/m.test(received)) secure();
      else if (/^[45]\d\d /m.test(received)) fail();
    });
    raw.once('error', fail);
    raw.once('close', fail);
  });
}

export interface HandshakeLoad {
  readonly version: TlsVersion;
  readonly isResumed: boolean;
  readonly seconds: number;
  /** Connections under way at a time. */
  readonly concurrency: number;
}

export interface HandshakeFigures {
  readonly perSecond: number;
  /** Of the server, all its processes. */
  readonly cpuMsEach: number;
  /** Of this process. */
  readonly clientCpuMsEach: number;
}

/** A process of ProFTPD is counted when its parent has noticed its end. */
const reapMs = 300;

/** Counts control connections of one kind for a while. @throws if one that should resume does not. */
export async function countHandshakes(
  { name, port, pid }: BenchServer,
  { version, isResumed, seconds, concurrency }: HandshakeLoad,
): Promise<HandshakeFigures> {
  const context = clientContext(version);
  const first = await visitControl(port, context);
  const session = isResumed ? first.session : undefined;
  if (isResumed && session === undefined) throw new Error(`${name} gives no session for ${version}`);
  const clientBefore = process.cpuUsage();
  const before = cpuSecondsOf(pid);
  const begunMs = performance.now();
  const endMs = begunMs + seconds * 1000;
  let count = 0;
  const lane = async (): Promise<void> => {
    while (performance.now() < endMs) {
      const { isReused } = await visitControl(port, context, session);
      if (isReused !== isResumed)
        throw new Error(`${name}: a ${version} connection ${isReused ? 'was' : 'was not'} resumed`);
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
  const wallSeconds = (performance.now() - begunMs) / 1000;
  const client = process.cpuUsage(clientBefore);
  await new Promise((resolve) => setTimeout(resolve, reapMs));
  return {
    perSecond: count / wallSeconds,
    cpuMsEach: ((cpuSecondsOf(pid) - before) * 1000) / count,
    clientCpuMsEach: (client.user + client.system) / 1000 / count,
  };
}
