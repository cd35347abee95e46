import { until } from './deadline.ts';
import { startProcess } from './process.ts';

// Node has no datagram sockets of this family.
const program = `
import os, socket, sys
path = sys.argv[1]
if path.startswith('@'): path = '\\0' + path[1:]
elif os.path.exists(path): os.unlink(path)
box = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
box.bind(path)
if path[0] != '\\0': os.chmod(path, 0o666)
print('ready', flush=True)
while True: print(box.recv(100000).hex(), flush=True)
`;

/** A service that takes messages, such as syslog or the manager of services. */
export interface DatagramReceiver {
  /** All messages so far, as UTF-8. */
  messages(): readonly string[];
  /** Takes no more messages until `resume`: they wait in the socket, which holds few. */
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
}

/** Listens at a path, replacing what is there. @param path - One that begins with `@` is abstract. */
export async function startDatagramReceiver(path: string): Promise<DatagramReceiver> {
  const child = await startProcess('python3', ['-c', program, path], { name: `receiver at ${path}` });
  const lines = (): readonly string[] => child.output().split('\n').slice(0, -1);
  await until(
    () => {
      child.assertRunning();
      return lines()[0] === 'ready';
    },
    20_000,
    `receiver at ${path}`,
  );
  return {
    messages: () =>
      lines()
        .slice(1)
        .map((line) => Buffer.from(line, 'hex').toString()),
    pause: () => void process.kill(child.pid, 'SIGSTOP'),
    resume: () => void process.kill(child.pid, 'SIGCONT'),
    stop: () => child.stop('SIGKILL'),
  };
}
