import { createServer, type Server } from 'node:net';

/** The daemon that the SASL library asks about passwords (saslauthd), for one name and one password. */
export interface PasswordDaemon {
  stop(): Promise<void>;
}

/** @param socketPath - What `saslauthd_path` names. */
export async function startPasswordDaemon(
  socketPath: string,
  username: string,
  password: string,
): Promise<PasswordDaemon> {
  const server: Server = createServer((socket) => {
    let held = Buffer.alloc(0);
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      held = Buffer.concat([held, chunk]);
      const asked = readStrings(held, 4);
      if (asked === undefined) return;
      const verdict = asked[0] === username && asked[1] === password ? 'OK' : 'NO';
      socket.end(Buffer.from([0, verdict.length, ...Buffer.from(verdict)]));
    });
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  return { stop: () => new Promise((resolve) => server.close(() => resolve())) };
}

/** Strings with their length in 16 bits before them. @returns undefined until all are there. */
function readStrings(bytes: Buffer, count: number): string[] | undefined {
  const strings: string[] = [];
  let at = 0;
  while (strings.length < count) {
    if (bytes.length < at + 2) return undefined;
    const end = at + 2 + bytes.readUInt16BE(at);
    if (bytes.length < end) return undefined;
    strings.push(bytes.toString('utf8', at + 2, end));
    at = end;
  }
  return strings;
}
