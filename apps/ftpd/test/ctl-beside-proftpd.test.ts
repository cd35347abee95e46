import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import {
  BASE_CONFIGURATION,
  servingIdentity,
  startFtpd,
  startProftpd,
  type TestServer,
} from '@ftpd/test-services';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAnswer } from '../src/ftpdctl/answer.ts';
import { requestFrame } from '../src/ftpdctl/exchange.ts';
import { CONTROLS, socketOf } from './ctl.ts';

const config = `${BASE_CONFIGURATION.replace('DefaultRoot ~', 'DefaultRoot ~\nLoadModule mod_ban.c')}${CONTROLS}
ControlsMaxClients 100
BanEngine on
BanTable %{env:FTPD_TEST_FOLDER}/ban.tab
BanControlsACLs all allow user root
`;

/** In this order: what the first ones do, the later ones show. */
const requests = [
  'nope',
  'help x',
  'lsctrl x',
  'insctrl',
  'rmctrl nope',
  'ban',
  'ban info',
  'ban info -e',
  'permit',
  'permit user',
  'permit user bob',
  'permit host *',
  'ban user',
  'ban foo bob',
  'permit foo bob',
  'ban user -x bob',
  'ban user --duration 10m',
  'ban user -s 127.0.0.1#9 bob',
  'ban user bob',
  'ban user bob eve',
  'ban host 192.0.2.1',
  'ban host 192.0.2.1',
  'ban class local',
  'ban user@host bob@192.0.2.1',
  'ban info',
  'ban info -v',
  'ban info -v -e',
  'permit user bob',
  'permit host 192.0.2.1',
  'permit class *',
  'permit user *',
  'ban info',
] as const;

/** What ours says instead of what ProFTPD does. */
function ours(request: string, proftpd: readonly string[]): readonly string[] {
  // An option of ours.
  if (request === 'ban user --duration 10m') return ['missing parameters'];
  // Where any user is banned, ProFTPD lists them below the users.
  if (!proftpd.includes('Banned Users:')) return proftpd;
  return proftpd.flatMap((line) => (line === '  bob@192.0.2.1' ? ['', 'Banned User@Hosts:', line] : [line]));
}

/** As many requests as ProFTPD lets wait, until it looks at its socket, once a second. */
const batch = 5;

/** What a daemon answers. @param atOnce - Requests that it takes in the order in which they have come. */
async function answers(socket: string, atOnce: number): Promise<readonly (readonly string[])[]> {
  const all: (readonly string[])[] = [];
  for (let at = 0; at < requests.length; at += atOnce) {
    const pending: Promise<readonly string[]>[] = [];
    for (const request of requests.slice(at, at + atOnce)) {
      const client = connect({ path: socket });
      await once(client, 'connect');
      pending.push(answerTo(client, request));
    }
    all.push(...(await Promise.all(pending)));
  }
  return all;
}

async function answerTo(client: Socket, request: string): Promise<readonly string[]> {
  const [action = '', ...args] = request.split(' ');
  const chunks: Buffer[] = [];
  client.on('data', (chunk) => chunks.push(chunk));
  client.write(requestFrame({ action, args, wantsData: false }, 'words'));
  await once(client, 'close');
  const read = readAnswer(Buffer.concat(chunks));
  return read.kind === 'answer' ? read.answer.lines.map(normal) : [read.kind];
}

const normal = (line: string): string =>
  line.replace(/ on \w{3} \w{3} \d\d \d\d:\d\d:\d\d \d{4}$/u, ' on DATE');

describe.runIf(servingIdentity().isRoot)('ftpdctl hears the same from ours as from ProFTPD', () => {
  let servers: readonly TestServer[] = [];
  let heard: readonly (readonly (readonly string[])[])[] = [];

  beforeAll(async () => {
    const files = { 'run/x': '' };
    servers = await Promise.all([
      startProftpd({ config, files }),
      startFtpd({ config, files }, { asRoot: true }),
    ]);
    const [proftpd, own] = servers as readonly [TestServer, TestServer];
    heard = await Promise.all([answers(socketOf(proftpd), batch), answers(socketOf(own), 1)]);
  }, 60_000);
  afterAll(() => Promise.all(servers.map((server) => server.stop())));

  it.each(requests.map((request, index) => [index, request] as const))('%i: %s', (index, request) => {
    const [proftpd = [], own] = heard.map((of) => of[index]);
    expect(own).toEqual(ours(request, proftpd));
  });
});
