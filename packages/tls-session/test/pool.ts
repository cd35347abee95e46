import { createMemoryCache, newPoolSecret, PoolSecret, withDeadline, type Cache } from '@ftpd/cache';
import {
  makeCertificates,
  removeFolder,
  runProgram,
  temporaryFolder,
  type TestCertificates,
} from '@ftpd/test-services';
import { constants } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import tls, { type ConnectionOptions, type Server, type TlsOptions } from 'node:tls';
import { afterAll, afterEach, beforeAll } from 'vitest';
import {
  createTlsSessions,
  shareSessions,
  type SharedSessions,
  type TlsSessionEvent,
  type TlsSessions,
  type TlsSessionsOptions,
} from '../src/index.ts';

const opened: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

/** Something to be done after the test, the last first. */
export function afterwards(close: () => unknown): void {
  opened.push(close);
}

export const secret: PoolSecret = PoolSecret.parse(newPoolSecret());

/** A store of the pool, closed after the test. */
export function memory(): Cache {
  const cache = createMemoryCache();
  afterwards(() => cache.close());
  return cache;
}

/** The same as an object whose methods can be replaced. */
export function plainCache(cache: Cache): Cache {
  return withDeadline(cache, 60_000);
}

export interface TestKeys {
  readonly key: Buffer;
  readonly cert: Buffer;
  readonly paths: TestCertificates;
}

/** Certificates for the tests of a file. */
export function certificates(): TestKeys {
  let folder: string;
  let paths: TestCertificates;
  beforeAll(async () => {
    folder = temporaryFolder();
    paths = await makeCertificates(folder);
  });
  afterAll(() => {
    removeFolder(folder);
  });
  return {
    get key() {
      return readFileSync(paths.serverKey);
    },
    get cert() {
      return readFileSync(paths.serverCert);
    },
    get paths() {
      return paths;
    },
  };
}

export interface TestNode {
  readonly server: Server;
  readonly port: number;
  readonly shared: SharedSessions;
  readonly events: TlsSessionEvent[];
}

/** Sessions of one node, closed after the test. */
export function openSessions(options: TlsSessionsOptions): TlsSessions {
  const sessions = createTlsSessions(options);
  afterwards(() => sessions.close());
  return sessions;
}

/** A server that says "hello" and whether it resumed, closed after the test. */
export async function startNode(tlsOptions: TlsOptions, options: TlsSessionsOptions): Promise<TestNode> {
  const events: TlsSessionEvent[] = [];
  const server = tls.createServer(tlsOptions, (socket) => {
    socket.on('error', () => {});
    socket.end(
      JSON.stringify({
        isResumed: socket.isSessionReused(),
        isAuthorized: socket.authorized,
        peer: socket.getPeerX509Certificate()?.subject,
      }),
    );
  });
  server.on('tlsClientError', () => {});
  const shared = shareSessions(server, { onEvent: (event) => events.push(event), ...options });
  await shared.ready();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  afterwards(async () => {
    await shared.close();
    server.close();
  });
  return { server, port, shared, events };
}

export interface Visit {
  /** What the client says; undefined: there was no connection. */
  readonly isResumed?: boolean;
  readonly error?: string;
  readonly answer?: { isResumed: boolean; isAuthorized: boolean; peer?: string };
  /** The latest session that the client got. */
  readonly session?: Buffer;
  readonly sessions: number;
}

/** One connection to a node. */
export async function visit(port: number, options: ConnectionOptions): Promise<Visit> {
  const socket = tls.connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options });
  let session: Buffer | undefined;
  let sessions = 0;
  let isResumed: boolean | undefined;
  let error: string | undefined;
  let text = '';
  socket.on('session', (each: Buffer) => {
    session = each;
    sessions++;
  });
  socket.on('secureConnect', () => {
    isResumed = socket.isSessionReused();
  });
  socket.on('error', (fault: NodeJS.ErrnoException) => {
    error = fault.code ?? fault.message;
  });
  socket.on('data', (chunk) => {
    text += String(chunk);
  });
  await new Promise((resolve) => socket.once('close', resolve));
  return {
    sessions,
    ...(isResumed === undefined ? {} : { isResumed }),
    ...(error === undefined ? {} : { error }),
    ...(text === '' ? {} : { answer: JSON.parse(text) as NonNullable<Visit['answer']> }),
    ...(session === undefined ? {} : { session }),
  };
}

/** A client of TLS 1.2 that has no tickets, so that its sessions are resumed by their ids. */
export const byId: ConnectionOptions = {
  maxVersion: 'TLSv1.2',
  secureOptions: constants.SSL_OP_NO_TICKET,
};
export const byTicket12: ConnectionOptions = { maxVersion: 'TLSv1.2' };
export const byTicket13: ConnectionOptions = { minVersion: 'TLSv1.3' };

/** @returns what `openssl s_client` says, once the server has closed or has nothing more to say. */
export async function openssl(port: number, words: readonly string[]): Promise<string> {
  const command = ['openssl', 's_client', '-connect', `127.0.0.1:${port}`, ...words];
  const { output } = await runProgram('timeout', ['20', ...command]);
  return output;
}
