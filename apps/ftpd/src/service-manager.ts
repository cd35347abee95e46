import { openDatagramSocket, type DatagramSocket } from '@ftpd/posix';
import type { ListenPoint } from './addresses.ts';

/** What systemd, or who else started the daemon, wants to be told. @see sd_notify(3) */
export interface ServiceManager {
  /** Serving, also after a reload. */
  ready(status: string): void;
  reloading(): void;
  stopping(): void;
  /** The daemon does what it is there for. */
  alive(): void;
  /** Calls it as often as `alive` is to be said; never, if nobody watches. */
  watch(ask: () => void): void;
}

/** Who started the daemon and how long it waits for `alive`, as the environment has it. */
export type ServiceEnvironment = Record<string, string | undefined>;

export interface ServiceManagerOptions {
  readonly pid?: number;
  /** Told once, when there is somebody who can't be told. */
  readonly onProblem?: (text: string) => void;
}

/** Messages that wait for a manager that is busy; older ones are of no use then. */
const maxWaiting = 16;
const retryMs = 50;

/**
 * Takes NOTIFY_SOCKET and what belongs to it out of the environment: nobody whom this process starts speaks for it.
 */
export function serviceManager(
  environment: ServiceEnvironment,
  { pid = process.pid, onProblem = () => {} }: ServiceManagerOptions = {},
): ServiceManager {
  const { NOTIFY_SOCKET: path, WATCHDOG_USEC: watchdogUsec, WATCHDOG_PID: watchdogPid } = environment;
  for (const name of ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID']) delete environment[name];
  const socket = path === undefined ? undefined : openNotifySocket(path, onProblem);
  const isWatched =
    socket !== undefined &&
    /^[1-9]\d{0,15}$/.test(watchdogUsec ?? '') &&
    (watchdogPid === undefined || watchdogPid === String(pid));
  let waiting: string[] = [];
  let timer: NodeJS.Timeout | undefined;

  function flush(): void {
    timer = undefined;
    for (let [message] = waiting; message !== undefined; [message] = waiting) {
      const outcome = sendTo(socket, message);
      if (outcome === 'would-block') {
        timer = setTimeout(flush, retryMs).unref();
        return;
      }
      waiting.shift();
    }
  }

  function tell(...lines: readonly string[]): void {
    if (socket === undefined) return;
    waiting = [...waiting.slice(1 - maxWaiting), lines.join('\n')];
    if (timer === undefined) flush();
  }

  return {
    ready: (status) => tell('READY=1', `MAINPID=${pid}`, `STATUS=${oneLine(status)}`),
    reloading: () =>
      tell(
        'RELOADING=1',
        `MONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`,
        'STATUS=Reading the configuration',
      ),
    stopping: () => tell('STOPPING=1', 'STATUS=Ending sessions'),
    alive: () => tell('WATCHDOG=1'),
    watch(ask) {
      if (!isWatched) return;
      // Half of the time, as sd_watchdog_enabled(3) asks for; a timer's longest is 2^31 - 1 ms.
      const everyMs = Math.min(Math.floor(Number(watchdogUsec) / 2000), 2 ** 31 - 1);
      setInterval(ask, everyMs).unref();
    },
  };
}

/** For a process that started the daemon and ends now: only whom the manager knows may name the next one. */
export function handOver(environment: ServiceEnvironment, daemonPid: number): void {
  const path = environment['NOTIFY_SOCKET'];
  if (path === undefined) return;
  const socket = openNotifySocket(path, () => {});
  sendTo(socket, `MAINPID=${daemonPid}\nREADY=1`);
  socket?.close();
}

function openNotifySocket(path: string, onProblem: (text: string) => void): DatagramSocket | undefined {
  try {
    if (/^[/@]./.test(path)) return openDatagramSocket(path);
    onProblem(`NOTIFY_SOCKET '${path}' is no Unix socket: the service manager is told nothing`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    onProblem(`the service manager is told nothing, set Type=exec: ${reason}`);
  }
  return undefined;
}

/** A manager that is gone, or that refuses, is no reason to end. */
function sendTo(socket: DatagramSocket | undefined, message: string): 'sent' | 'would-block' | 'gone' {
  try {
    return socket?.send(Buffer.from(message)) ?? 'gone';
  } catch {
    return 'gone';
  }
}

/** What a manager shows of a daemon that serves. */
export function servingStatus(points: readonly ListenPoint[]): string {
  const places = points.map(({ host = '*', port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`);
  return `Serving on ${places.join(', ')}`;
}

const oneLine = (text: string): string => text.replace(/[\u0000-\u001f\u007f]+/gu, ' ');
