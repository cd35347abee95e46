import {
  badCount,
  badValue,
  boolean,
  defineDirective,
  exactlyOne,
  integer,
  limit,
  many,
  oneAndMaybe,
  octalMode,
  port,
  SERVER_CONTEXTS,
  text,
} from '@ftpd/config';

const module = 'mod_core.c';
const mainAndVirtual = ['server config', '<VirtualHost>'] as const;
const main = ['server config'] as const;
const serversAndAnonymous = [...SERVER_CONTEXTS, '<Anonymous>'] as const;

export const serverName = defineDirective({
  name: 'ServerName',
  module,
  syntax: 'ServerName "name"',
  contexts: mainAndVirtual,
  repeats: 'last-wins',
  defaultValue: 'ProFTPD',
  doc: 'The name that a server gives itself in its greeting.',
  parse: exactlyOne(text),
});

export const serverAdmin = defineDirective({
  name: 'ServerAdmin',
  module,
  syntax: 'ServerAdmin "address"',
  contexts: mainAndVirtual,
  repeats: 'last-wins',
  defaultValue: 'root@localhost',
  doc: 'Whom to write to; shown by HELP and in display files.',
  parse: exactlyOne(text),
});

/** `undefined` text: the standard one. */
export interface ServerIdentValue {
  readonly isOn: boolean;
  readonly text?: string;
}

export const serverIdent = defineDirective({
  name: 'ServerIdent',
  module,
  syntax: 'ServerIdent on|off ["text"]',
  contexts: SERVER_CONTEXTS,
  repeats: 'last-wins',
  defaultValue: { isOn: true } as ServerIdentValue,
  doc: 'The greeting: the standard one, a text of your own, or next to nothing.',
  parse: (args, site): ServerIdentValue => {
    if (args.length < 1 || args.length > 2) throw badCount();
    const [isOn, said] = oneAndMaybe(boolean, text)(args, site);
    return { isOn, ...(said === undefined ? {} : { text: said }) };
  },
});

export const serverType = defineDirective({
  name: 'ServerType',
  module,
  syntax: 'ServerType standalone|inetd',
  contexts: main,
  repeats: 'last-wins',
  doc: 'How the daemon gets its connections; only `standalone` is there.',
  parse: exactlyOne((word) => {
    const type = word.toLowerCase();
    if (type === 'inetd')
      throw badValue(
        'inetd is not available: one process serves all sessions here',
        0,
        "write 'standalone' and stop the entry of inetd",
      );
    if (type !== 'standalone') throw badValue("type must be either 'inetd' or 'standalone'", 0);
    return 'standalone' as const;
  }),
});

export const listeningPort = defineDirective({
  name: 'Port',
  module,
  syntax: 'Port number',
  contexts: SERVER_CONTEXTS,
  repeats: 'last-wins',
  defaultValue: 21,
  doc: 'The TCP port of a server; 0 switches it off.',
  parse: exactlyOne(port),
});

export const defaultAddress = defineDirective({
  name: 'DefaultAddress',
  module,
  syntax: 'DefaultAddress address [address ...]',
  contexts: main,
  repeats: 'last-wins',
  doc: 'Addresses, names or interfaces that the main server is found at. Not set: all addresses.',
  parse: many(text),
});

export const defaultServer = defineDirective({
  name: 'DefaultServer',
  module,
  syntax: 'DefaultServer on|off',
  contexts: mainAndVirtual,
  repeats: 'last-wins',
  defaultValue: false,
  isInherited: false,
  doc: 'Whether this server takes connections to addresses that no server names.',
  parse: exactlyOne(boolean),
});

export const serverAlias = defineDirective({
  name: 'ServerAlias',
  module,
  syntax: 'ServerAlias name [name ...]',
  contexts: mainAndVirtual,
  repeats: 'all',
  isInherited: false,
  doc: 'Names by which HOST finds this server; `*` and `?` match.',
  parse: many(text),
});

export const useIpv6 = defineDirective({
  name: 'UseIPv6',
  module,
  syntax: 'UseIPv6 on|off',
  contexts: main,
  repeats: 'last-wins',
  defaultValue: true,
  doc: 'Whether IPv6 is used.',
  parse: exactlyOne(boolean),
});

export const useReverseDns = defineDirective({
  name: 'UseReverseDNS',
  module,
  syntax: 'UseReverseDNS on|off',
  contexts: main,
  repeats: 'last-wins',
  defaultValue: true,
  doc: 'Whether the names of clients are looked up, for logs and for rules about names.',
  parse: exactlyOne(boolean),
});

export const user = defineDirective({
  name: 'User',
  module,
  syntax: 'User name',
  contexts: serversAndAnonymous,
  repeats: 'last-wins',
  isInherited: false,
  doc: 'The user that the daemon runs as; in <Anonymous>: the user that this section is for.',
  parse: exactlyOne(text),
});

export const group = defineDirective({
  name: 'Group',
  module,
  syntax: 'Group name',
  contexts: serversAndAnonymous,
  repeats: 'last-wins',
  isInherited: false,
  doc: 'The group that the daemon runs as; in <Anonymous>: the group of its sessions.',
  parse: exactlyOne(text),
});

export interface UmaskValue {
  readonly file: number;
  readonly directory: number;
}

export const umask = defineDirective({
  name: 'Umask',
  module,
  syntax: 'Umask file-umask [directory-umask]',
  contexts: [...serversAndAnonymous, '<Directory>', '.ftpaccess'],
  repeats: 'last-wins',
  defaultValue: { file: 0o022, directory: 0o022 } as UmaskValue,
  doc: 'Permission bits that new files, and new folders, do not get.',
  parse: (args, site): UmaskValue => {
    const mask = octalMode('umask', 0o777);
    const [file, directory = file] = oneAndMaybe(mask, mask)(args, site);
    return { file, directory };
  },
});

export const maxInstances = defineDirective({
  name: 'MaxInstances',
  module,
  syntax: 'MaxInstances count|none',
  contexts: main,
  repeats: 'last-wins',
  doc: 'Sessions at once; more connections are closed without a word.',
  parse: exactlyOne(limitCalled('argument')),
});

/** The same rule as `limit`, whose sentence names the value otherwise. */
function limitCalled(what: string): (word: string) => number | undefined {
  return (word) => {
    try {
      return limit(word);
    } catch {
      throw badValue(`${what} must be 'none' or a number greater than 0`);
    }
  };
}

export const maxCommandRate = defineDirective({
  name: 'MaxCommandRate',
  module,
  syntax: 'MaxCommandRate count [seconds]',
  contexts: SERVER_CONTEXTS,
  repeats: 'last-wins',
  doc: 'Commands per interval of one second, or as many as given; faster sessions are slowed down.',
  parse: (args, site): { readonly max: number; readonly intervalMs: number } | undefined => {
    const [max, seconds = 1] = oneAndMaybe(integer(0), integer(1, 86_400))(args, site);
    return max === 0 ? undefined : { max, intervalMs: seconds * 1000 };
  },
});

export const commandBufferSize = defineDirective({
  name: 'CommandBufferSize',
  module,
  syntax: 'CommandBufferSize bytes',
  contexts: SERVER_CONTEXTS,
  repeats: 'last-wins',
  doc: 'The longest command line, in bytes.',
  parse: exactlyOne(integer(10, 65_536)),
});

export const multilineRfc2228 = defineDirective({
  name: 'MultilineRFC2228',
  module,
  syntax: 'MultilineRFC2228 on|off',
  contexts: main,
  repeats: 'last-wins',
  defaultValue: false,
  doc: 'Whether every line of a long reply begins with its code.',
  parse: exactlyOne(boolean),
});

export const timesGmt = defineDirective({
  name: 'TimesGMT',
  module,
  syntax: 'TimesGMT on|off',
  contexts: serversAndAnonymous,
  repeats: 'last-wins',
  defaultValue: true,
  doc: 'Whether listings show UTC; off: the local time of the machine.',
  parse: exactlyOne(boolean),
});

export const serverRows = [
  serverName,
  serverAdmin,
  serverIdent,
  serverType,
  listeningPort,
  defaultAddress,
  defaultServer,
  serverAlias,
  useIpv6,
  useReverseDns,
  user,
  group,
  umask,
  maxInstances,
  maxCommandRate,
  commandBufferSize,
  multilineRfc2228,
  timesGmt,
];
