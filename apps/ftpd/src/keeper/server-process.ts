import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { socketPair } from '@ftpd/posix';
import type { ServingIdentity } from '../identity.ts';
import { channelDescriptor, serverMark } from '../server-process/mark.ts';
import { sendPacket } from './descriptor-channel.ts';
import { openLineChannel } from './line-channel.ts';
import type { MessageToServer } from './messages.ts';
import { setprivArguments } from './setpriv.ts';

/** What the server may send at once; everything it asks is far smaller. */
const maxLineBytes = 64 * 1024;
/** Answers that the server does not take. */
const maxWaitingBytes = 256 * 1024 * 1024;

export interface ServerProcessOptions {
  readonly identity: ServingIdentity;
  /** Arguments of the program. */
  readonly args: readonly string[];
  readonly onMessage: (value: unknown) => void;
  /** Once it is gone. @param how - for the log. */
  readonly onEnd: (how: string) => void;
}

/** A process that serves. */
export interface ServerProcess {
  readonly pid: number | undefined;
  /** Sends descriptors, then the message that announces them. */
  send(message: MessageToServer): void;
  sendWith<Message extends MessageToServer>(
    descriptors: readonly number[],
    message: (packet: { readonly packet: number; readonly descriptorCount: number }) => Message,
  ): void;
  kill(): void;
}

export function startServerProcess({
  identity,
  args,
  onMessage,
  onEnd,
}: ServerProcessOptions): ServerProcess {
  const [ownPackets, itsPackets] = socketPair('seqpacket');
  const [, script = ''] = process.argv;
  const child = spawn(
    'setpriv',
    [...setprivArguments(identity), process.execPath, ...process.execArgv, script, ...args],
    {
      cwd: '/',
      stdio: ['ignore', 'ignore', 'inherit', 'pipe', itsPackets],
      env: { UV_THREADPOOL_SIZE: '32', ...process.env, [serverMark]: '1' },
    },
  );
  closeSync(itsPackets);
  const channel = openLineChannel<MessageToServer>(child.stdio[channelDescriptor] as Duplex, {
    maxLineBytes,
    onMessage,
    // Its end of the channel is its life: a server that closed it, or sent too much at once, is of no use.
    onEnd: () => void child.kill('SIGKILL'),
  });
  let packets = 0;
  let hasEnded = false;
  const end = (how: string): void => {
    if (hasEnded) return;
    hasEnded = true;
    channel.close();
    closeSync(ownPackets);
    onEnd(how);
  };
  child.once('error', (error) => end(`could not be started: ${error.message}`));
  child.once('exit', (code, signal) =>
    end(signal === null ? `ended with ${code}` : `was ended by ${signal}`),
  );

  const send = (message: MessageToServer): void => {
    if (hasEnded) return;
    channel.send(message);
    if (channel.waitingBytes > maxWaitingBytes) child.kill('SIGKILL');
  };
  return {
    pid: child.pid,
    send,
    sendWith(descriptors, message) {
      if (hasEnded) return;
      packets += 1;
      try {
        sendPacket(ownPackets, packets, descriptors);
      } catch {
        // Some may be under way: what follows would be taken for them.
        child.kill('SIGKILL');
        return;
      }
      send(message({ packet: packets, descriptorCount: descriptors.length }));
    },
    kill: () => void child.kill('SIGKILL'),
  };
}
