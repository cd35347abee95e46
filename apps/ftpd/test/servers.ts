import {
  servingIdentity,
  startFtpd,
  startProftpd,
  type ServerKind,
  type ServerSetup,
  type TestServer,
} from '@ftpd/test-services';

/** A program that the tests of this folder run against. */
export interface TestedServer {
  readonly kind: ServerKind;
  /** The program, and how it runs. */
  readonly name: string;
  readonly start: (setup: ServerSetup) => Promise<TestServer>;
}

const proftpd: TestedServer = { kind: 'proftpd', name: 'proftpd', start: startProftpd };
const single: TestedServer = { kind: 'ftpd', name: 'ftpd', start: startFtpd };
/** A keeper and its server. */
const privileged: TestedServer = {
  kind: 'ftpd',
  name: 'ftpd as root',
  start: (setup) => startFtpd(setup, { asRoot: true }),
};

/** ProFTPD, which says what is right, and ours; where root runs the tests, both ways in which it serves. */
export const servers: readonly TestedServer[] = servingIdentity().isRoot
  ? [proftpd, single, privileged]
  : [proftpd, single];
