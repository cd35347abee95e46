import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  BASE_CONFIGURATION,
  servingIdentity,
  startFtpd,
  until,
  type FtpdMode,
  type TestServer,
} from '@ftpd/test-services';
import { expect } from 'vitest';
import { atEnd } from '../at-end.ts';
import { play, type Play } from './play.ts';

const single = { name: 'of one process', mode: {} };

/** How our daemon runs. */
export const modes: readonly { readonly name: string; readonly mode: FtpdMode }[] = servingIdentity().isRoot
  ? [single, { name: 'with a keeper', mode: { asRoot: true } }]
  : [single];

/** What every configuration with bans begins with. */
export const BANS = `BanEngine on
BanTable %{env:FTPD_TEST_FOLDER}/ban.tab
BanLog %{env:FTPD_TEST_FOLDER}/ban.log
BanMessage "BAN a=%a c=%c u=%u"
`;

/** A rule that bans at the first command that is not known. */
export const once = 'BanOnEvent UnhandledCommand 1/00:10:00 00:10:00\n';

export const welcome = ['connect', '220'] as const;
/** What banned hosts read. */
export const fired = '530 BAN a={address} c=(none) u=(none)';

const BASE = BASE_CONFIGURATION.replace('DefaultRoot ~', `DefaultRoot ~\nLoadModule mod_ban.c`);

/** Starts our daemon; it is ended after the test. */
export async function startWithBans(config: string, mode: FtpdMode = {}): Promise<TestServer> {
  const setup = { config: `${BASE}${config}`, users: [{ name: 'ann' }, { name: 'bob' }], portCount: 3 };
  const server = await startFtpd(setup, mode);
  atEnd(() => server.stop());
  return server;
}

/** Plays, and compares. */
export async function expectPlay({ port }: TestServer, steps: Play, address = '127.0.8.1'): Promise<void> {
  expect(await play(steps, { port, address })).toEqual(steps);
}

/** SIGHUP with another configuration. */
export async function follow(server: TestServer, config: string): Promise<void> {
  const count = (): number => server.process.output().split('is in force for new sessions').length;
  const before = count();
  writeFileSync(join(server.folder, 'server.conf'), `${BASE}${config}`);
  process.kill(server.process.pid, 'SIGHUP');
  await until(() => count() > before, 20_000, 'the new configuration');
}

export const logOf = ({ folder }: TestServer): string => readFileSync(join(folder, 'ban.log'), 'utf8');
