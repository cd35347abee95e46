import { openDatagramSocket, type DatagramSocket } from '@ftpd/posix';
import type { SyslogMessage } from './syslog-message.ts';
import { syslogMessage } from './syslog-message.ts';

/** Where syslog takes messages. */
export const syslogPath = '/dev/log';

export interface SyslogOptions {
  /** Default: /dev/log. */
  readonly open?: () => DatagramSocket;
  /** Told once when messages can't be sent here at all, such as on another system. */
  readonly onUnavailable?: (reason: string) => void;
}

/** The log of the system. Nothing waits for it. */
export interface Syslog {
  /** Sends a message at once. One that nobody takes is counted, and the count is told when somebody listens again. */
  write(message: SyslogMessage): void;
  /** Messages that nobody took and that were not told of yet. */
  readonly lostMessages: number;
  close(): void;
}

/** Opened by the first message, so that a daemon with a SystemLog never does. */
export function createSyslog({
  open = () => openDatagramSocket(syslogPath),
  onUnavailable = () => {},
}: SyslogOptions = {}): Syslog {
  let socket: DatagramSocket | undefined;
  let isUnavailable = false;
  let lostMessages = 0;

  function send(message: SyslogMessage): boolean {
    if (isUnavailable) return false;
    try {
      socket ??= open();
    } catch (error) {
      isUnavailable = true;
      onUnavailable(error instanceof Error ? error.message : String(error));
      return false;
    }
    try {
      return socket.send(syslogMessage(message)) === 'sent';
    } catch {
      // Such as EACCES: whoever repairs it should not have to start the daemon again.
      return false;
    }
  }

  return {
    get lostMessages() {
      return lostMessages;
    },
    write(message) {
      if (lostMessages > 0) {
        const { client: _client, ...about } = message;
        const text = `${lostMessages} messages could not be given to syslog before this one`;
        if (!send({ ...about, level: 'warning', text })) {
          lostMessages += 1;
          return;
        }
        lostMessages = 0;
      }
      if (!send(message)) lostMessages += 1;
    },
    close() {
      socket?.close();
      socket = undefined;
    },
  };
}
