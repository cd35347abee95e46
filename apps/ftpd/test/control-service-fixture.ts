import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { defineModule, type ControlAnswer, type ControlClient, type ControlRequest } from '@ftpd/module';
import { removeFolder, temporaryFolder } from '@ftpd/test-services';
import { afterEach, beforeEach } from 'vitest';
import { configurationOf } from './configuration-of.ts';
import { readAnswer } from '../src/ftpdctl/answer.ts';
import { requestFrame } from '../src/ftpdctl/exchange.ts';
import { controlsAcls } from '../src/modules/ctrls/ctrls-rows.ts';
import {
  controlServer,
  createControlService,
  type ControlServiceOptions,
} from '../src/controls/control-service.ts';

export const root: ControlClient = { uid: 0, gid: 0, pid: 1, user: 'root', groups: ['root'] };
export const stranger: ControlClient = { uid: 1, gid: 1, pid: 2, user: 'bin', groups: ['bin'] };

export type Run = (request: ControlRequest) => Promise<ControlAnswer>;

let folder: string;
let ends: (() => void)[];

beforeEach(() => {
  folder = temporaryFolder('controls-');
  ends = [];
});
afterEach(() => {
  for (const end of ends) end();
  removeFolder(folder);
});

export const path = (): string => join(folder, 'socket');

export interface Setup extends Partial<ControlServiceOptions> {
  readonly config?: string;
  /** What the action `probe` does. */
  readonly run?: Run;
}

/** Starts a service with an action `probe`, which lines about `all` allow. */
export async function start({
  config = 'ControlsACLs all allow user root\n',
  run = () => Promise.resolve({ status: 'ok', lines: ['done'] }),
  ...options
}: Setup = {}): Promise<{
  readonly log: readonly string[];
  readonly follow: (text: string) => Promise<void>;
}> {
  const log: string[] = [];
  const service = createControlService({ identify: () => Promise.resolve(root), ...options });
  const module = defineModule({
    name: 'mod_probe',
    apiVersion: 1,
    controls: [{ name: 'probe', summary: 'try something', acls: controlsAcls, run }],
  });
  const follow = async (text: string): Promise<void> => {
    const configuration = await configurationOf(text);
    const main = configuration.scope({ server: configuration.servers[0] });
    service.follow({
      main,
      modules: [module],
      moduleContext: {
        servers: [],
        serverNamed: () => undefined,
        everywhere: () => [],
        isReload: false,
        clientName: () => '',
        log: (_, line) => void log.push(line),
        trace: () => undefined,
        caches: { of: () => Promise.resolve(undefined) },
        poolSecret: () => Promise.resolve(undefined),
      },
    });
  };
  await follow(config);
  const server = controlServer();
  server.listen({ path: path() });
  await once(server, 'listening');
  service.listen(server);
  ends.push(() => service.close());
  return { log, follow };
}

export async function connected(): Promise<Socket> {
  const socket = connect({ path: path(), allowHalfOpen: true });
  socket.on('error', () => undefined);
  ends.push(() => socket.destroy());
  await once(socket, 'connect');
  return socket;
}

/** All that comes until the connection is closed. */
export async function received(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  await new Promise((resolve) => socket.on('close', resolve).on('end', () => socket.end()));
  return Buffer.concat(chunks);
}

export const frame = (action: string, ...args: readonly string[]): Uint8Array =>
  requestFrame({ action, args, wantsData: false }, 'words');

export async function ask(bytes: Uint8Array): Promise<string> {
  const socket = await connected();
  socket.write(bytes);
  return told(await received(socket));
}

export function told(bytes: Uint8Array): string {
  const read = readAnswer(bytes);
  return read.kind === 'answer' ? `${read.answer.status}: ${read.answer.lines.join('|')}` : read.kind;
}
