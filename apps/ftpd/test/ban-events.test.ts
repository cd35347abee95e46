import { readFileSync } from 'node:fs';
import {
  makeCertificates,
  removeFolder,
  temporaryFolder,
  type TestServer,
  type Tree,
} from '@ftpd/test-services';
import { afterAll, beforeAll, test } from 'vitest';
import { eventCases, type EventCase } from './bans/event-cases.ts';
import { play } from './bans/play.ts';
import { describeBeside } from './beside.ts';
import { configurationOfHosts } from './dialogues/base.ts';
import { servers } from './servers.ts';

const daemon = [
  'LoadModule mod_ban.c',
  'LoadModule mod_tls.c',
  'BanEngine on',
  'BanTable %{env:FTPD_TEST_FOLDER}/ban.tab',
  'BanMessage "BAN a=%a c=%c u=%u"',
  '<Class classy>',
  `  From ${addressOf(eventCases.findIndex(({ name }) => name.startsWith('MaxClientsPerClass')))}`,
  '</Class>',
  ...eventCases.map(({ rule }) => rule),
];

/** Each case has clients, users and a port of its own: what one does must not count for another. */
function addressOf(index: number, network = 0): string {
  return `127.${network}.7.${index + 1}`;
}

const users = [
  ...[
    'attempts',
    'session',
    'transfer',
    'empty',
    'rate',
    'calm',
    'host',
    'user',
    'hosts',
    'class',
    'anon',
  ].map((name) => ({ name })),
  { name: 'superuser', uid: 0 },
];

const folder = temporaryFolder('ban-events-');
let files: Tree;

beforeAll(async () => {
  const { serverCert, serverKey } = await makeCertificates(folder);
  files = {
    'server.pem': { content: readFileSync(serverCert), mode: 0o644 },
    'server.key': { content: readFileSync(serverKey), mode: 0o600 },
  };
});

afterAll(() => removeFolder(folder));

describeBeside(servers)('the events of BanOnEvent: $name', ({ kind, start }) => {
  let server: TestServer;

  beforeAll(async () => {
    server = await start({
      config: configurationOfHosts([daemon, ...eventCases.map(({ config = [] }) => config)]),
      portCount: eventCases.length + 1,
      users,
      files,
    });
  });

  afterAll(async () => {
    await server?.stop();
  });

  const plays = eventCases.flatMap((one, index) => playsOf(one, kind === 'proftpd', index));

  test.concurrent.for(plays)('$title', async ({ steps, index }, { expect }) => {
    const on = {
      port: server.ports[index + 1] as number,
      address: addressOf(index),
      elsewhere: addressOf(index, 1),
    };
    expect(await play(steps, on)).toEqual(steps);
  });
});

function playsOf({ name, steps, ours }: EventCase, isProftpd: boolean, index: number) {
  return ours === undefined || isProftpd
    ? [{ title: name, steps, index }]
    : [{ title: `${name} (differs: ${ours.reason})`, steps: ours.steps, index }];
}
