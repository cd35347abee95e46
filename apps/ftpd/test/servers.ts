import {
  startFtpd,
  startProftpd,
  type ServerKind,
  type ServerSetup,
  type TestServer,
} from '@ftpd/test-services';

/** A program that the tests of this folder run against. */
export interface TestedServer {
  readonly kind: ServerKind;
  readonly start: (setup: ServerSetup) => Promise<TestServer>;
}

/** ProFTPD, which says what is right, and ours. */
export const servers: readonly TestedServer[] = [
  { kind: 'proftpd', start: startProftpd },
  { kind: 'ftpd', start: startFtpd },
];
