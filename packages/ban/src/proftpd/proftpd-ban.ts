/** How ProFTPD keeps its bans: `BanCache memcache` as TPL images, with `UseJSON` and in Redis as JSON. */
export type ProftpdEncoding = 'tpl' | 'json';

export type ProftpdBanType = 'class' | 'host' | 'user' | 'user@host';

/** A ban as ProFTPD keeps it in a cache. */
export interface ProftpdBan {
  readonly type: ProftpdBanType;
  /** The class, address, user or `user@address`. */
  readonly name: string;
  readonly reason: string;
  /** With ProFTPD's variables (`%a`, `%c`, `%u`); empty: none of its own. */
  readonly message: string;
  /** When it was written, in s since the epoch. */
  readonly updatedS: number;
  /** When it ends, in s since the epoch. 0: never. */
  readonly expiresS: number;
  /** The address of the server that wrote it. */
  readonly serverAddress: string;
  /** Its port, 1 to 65535 (in the record its two bytes are swapped). */
  readonly serverPort: number;
  /** Which of the servers in its configuration, from 1; 0: all of them, which ProFTPD's own reader of JSON refuses. */
  readonly serverId: number;
}

/** What all keys of bans in a cache begin with. */
export const proftpdKeyPrefix = 'mod_ban.';

/** ProFTPD's numbers of the types, and their names in JSON. */
export const proftpdTypes: Readonly<Record<ProftpdBanType, { readonly id: number; readonly text: string }>> =
  {
    class: { id: 1, text: 'class ban' },
    host: { id: 2, text: 'host ban' },
    user: { id: 3, text: 'user ban' },
    'user@host': { id: 4, text: 'user@host ban' },
  };

const names: readonly ProftpdBanType[] = ['class', 'host', 'user', 'user@host'];

export function typeOfId(id: number): ProftpdBanType | undefined {
  return names.find((name) => proftpdTypes[name].id === id);
}

export function typeOfText(text: unknown): ProftpdBanType | undefined {
  return names.find((name) => proftpdTypes[name].text === text);
}

/** The version of the records of all releases. */
export const recordVersion = 2;
export const maxU32 = 0xffffffff;
export const maxI32 = 0x7fffffff;
/** The longest name, reason or message in a record, in bytes. ProFTPD keeps 127 of each. */
export const maxTextBytes = 1024;

/** The port as ProFTPD writes it: in network order, read as if it were not. */
export function swapPort(port: number): number {
  return ((port & 0xff) << 8) | (port >>> 8);
}
