import { ControlClient, type ServerReply } from '@ftpd/test-services';

/**
 * What clients do, and what they must read. The first word is `connect`, `connect elsewhere`, `wait` (for what the server
 * says by itself), or a line that is sent. What is expected stands behind it: beginnings of replies, and `closed`.
 */
export type Play = readonly (readonly [action: string, ...expected: string[]])[];

export interface PlayOn {
  readonly port: number;
  /** Where the clients come from; `{address}` in lines and replies. */
  readonly address: string;
  /** Where those come from who `connect elsewhere`. Default: from there as well. */
  readonly elsewhere?: string;
}

const lineOf = ({ code, text }: ServerReply): string => `${code} ${text}`;

/** Plays it, with one client after the other. @returns all that was read; `#2` in an action means the second client. */
export async function play(
  steps: Play,
  { port, address, elsewhere = address }: PlayOn,
): Promise<readonly (readonly string[])[]> {
  const clients: ControlClient[] = [];
  const read: (readonly string[])[] = [];
  const connects = new Map([
    ['connect', address],
    ['connect elsewhere', elsewhere],
  ]);
  const fill = (text: string): string =>
    text.replaceAll('{address}', address).replaceAll('{elsewhere}', elsewhere);
  try {
    for (const [action, ...expected] of steps) {
      const [, number, words = action] = /^#(\d) (.*)$/u.exec(action) ?? [];
      const from = connects.get(words);
      if (from !== undefined) clients.push(await ControlClient.connect({ port, localAddress: from }));
      const client = number === undefined ? clients.at(-1) : clients[Number(number) - 1];
      if (client === undefined) throw new Error(`no client for '${action}'`);
      if (from === undefined && words !== 'wait') client.send(fill(words));
      const got: string[] = [];
      for (const wanted of expected) {
        if (wanted !== 'closed') {
          const line = await client.reply().then(lineOf, (error: unknown) => String(error));
          // What follows is as important as what was said: the whole reply is shown where it is not the right one.
          got.push(line.startsWith(fill(wanted)) ? wanted : line);
        } else
          got.push(
            await client.closed().then(
              () => 'closed',
              (error: unknown) => String(error),
            ),
          );
      }
      read.push([action, ...got]);
    }
  } finally {
    for (const client of clients) client.destroy();
  }
  return read;
}
