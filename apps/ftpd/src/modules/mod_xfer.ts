import {
  badCount,
  badValue,
  boolean,
  booleanOf,
  defineDirective,
  exactlyOne,
  oneOf,
  SERVER_CONTEXTS,
  text,
  type Context,
} from '@ftpd/config';
import { defineModule, type FtpdModule } from '@ftpd/module';
import { timeout } from './core/network.ts';
import { createTransferLogs } from './xfer/transfer-logs.ts';
import { switchRow } from './switch-row.ts';

const module = 'mod_xfer.c';
const serversAndAnonymous: readonly Context[] = [...SERVER_CONTEXTS, '<Anonymous>'];
const wherePathsMatter: readonly Context[] = [...serversAndAnonymous, '<Directory>', '.ftpaccess'];

const row = (name: string, defaultValue: boolean, doc: string) =>
  switchRow({ name, module, contexts: wherePathsMatter, defaultValue, doc });

export const allowOverwrite = row('AllowOverwrite', false, 'Whether an upload may replace a file.');
export const allowStoreRestart = row(
  'AllowStoreRestart',
  false,
  'Whether an upload may be continued, or appended.',
);
export const allowRetrieveRestart = row('AllowRetrieveRestart', true, 'Whether a download may be continued.');
export const deleteAbortedStores = row(
  'DeleteAbortedStores',
  false,
  'Whether what came of an aborted upload is deleted.',
);

export interface HiddenStoresValue {
  readonly prefix: string;
  readonly suffix: string;
}

/** `undefined`: off. */
export const hiddenStores = defineDirective({
  name: 'HiddenStores',
  module,
  syntax: 'HiddenStores on|off|prefix [suffix]',
  contexts: [...serversAndAnonymous, '<Directory>'],
  repeats: 'last-wins',
  doc: 'Whether uploads have another name until they are whole.',
  parse: (args, site): HiddenStoresValue | undefined => {
    const [first, suffix] = args;
    if (first === undefined) throw badCount('missing parameters');
    if (args.length > 2) site.warn(`parameters after '${suffix}' are ignored`);
    const isOn = suffix === undefined ? booleanOf(first) : undefined;
    if (isOn === false) return undefined;
    if (isOn === true) return { prefix: '.in.', suffix: '.' };
    const names = {
      prefix: first.replaceAll('%P', String(process.pid)),
      suffix: (suffix ?? '.').replaceAll('%P', String(process.pid)),
    };
    if (`${names.prefix}${names.suffix}`.includes('/'))
      throw badValue('HiddenStores names a folder; write parts of a name', 0);
    if (`${names.prefix}${names.suffix}` === '') throw badValue('prefix and suffix are both empty', 0);
    return names;
  },
});

export type TransferVerb = 'RETR' | 'STOR' | 'APPE' | 'STOU';

export interface TransferRateValue {
  readonly verbs: readonly TransferVerb[];
  readonly bytesPerSecond: number;
  readonly freeBytes: number;
}

const transferVerbs: readonly TransferVerb[] = ['RETR', 'STOR', 'APPE', 'STOU'];

export const transferRate = defineDirective({
  name: 'TransferRate',
  module,
  syntax: 'TransferRate command[,command ...] kbytes-per-second[:free-bytes]',
  contexts: wherePathsMatter,
  repeats: 'all',
  doc: 'How fast a session may send or receive, and how many bytes are free of that.',
  parse: (args): TransferRateValue => {
    const [list, rate] = args;
    if (list === undefined || rate === undefined || (args.length !== 2 && args.length !== 4))
      throw badCount();
    if (args.length === 4)
      throw badValue(
        'rates for some users only stand in sections here',
        2,
        'write the line into <IfUser>, <IfGroup> or <IfClass>',
      );
    const verbs = list.split(',').map((word, at) => {
      const verb = transferVerbs.find((known) => known === word.trim().toUpperCase());
      if (verb === undefined) throw badValue(`invalid FTP command: ${word}`, at === 0 ? 0 : undefined);
      return verb;
    });
    const [, kbytes, free = '0'] = /^(\d+(?:\.\d+)?)(?::(\d+))?$/.exec(rate) ?? [];
    if (kbytes === undefined)
      throw badValue(`bad rate '${rate}'`, 1, "write kilobytes per second, such as '8.5' or '8.5:1024'");
    if (Number(kbytes) === 0) throw badValue('rate must be greater than zero', 1);
    return { verbs, bytesPerSecond: Math.max(1, Math.round(Number(kbytes) * 1024)), freeBytes: Number(free) };
  },
});

export const timeoutNoTransfer = defineDirective({
  name: 'TimeoutNoTransfer',
  module,
  syntax: 'TimeoutNoTransfer seconds',
  contexts: serversAndAnonymous,
  repeats: 'last-wins',
  defaultValue: 300_000,
  doc: 'How long a session may go without a transfer; 0: for ever.',
  parse: timeout,
});

export const timeoutStalled = defineDirective({
  name: 'TimeoutStalled',
  module,
  syntax: 'TimeoutStalled seconds',
  contexts: serversAndAnonymous,
  repeats: 'last-wins',
  defaultValue: 3_600_000,
  doc: 'How long a transfer may stand still; 0: for ever.',
  parse: timeout,
});

export const defaultTransferMode = defineDirective({
  name: 'DefaultTransferMode',
  module,
  syntax: 'DefaultTransferMode ascii|binary',
  contexts: SERVER_CONTEXTS,
  repeats: 'last-wins',
  defaultValue: 'ascii' as 'ascii' | 'binary',
  doc: 'The type of transfers until the client says another.',
  parse: exactlyOne(oneOf('ascii', 'binary')),
});

export const displayFileTransfer = defineDirective({
  name: 'DisplayFileTransfer',
  module,
  syntax: 'DisplayFileTransfer file',
  contexts: serversAndAnonymous,
  repeats: 'last-wins',
  doc: 'A file that is shown after a transfer.',
  parse: exactlyOne(text),
});

export const useSendfile = defineDirective({
  name: 'UseSendfile',
  module,
  syntax: 'UseSendfile on|off|length units|percentage',
  contexts: wherePathsMatter,
  repeats: 'last-wins',
  defaultValue: true,
  doc: 'Whether big files are sent by the kernel, sendfile(2): as they are, at no rate, without TLS. How much at once is not for the configuration here: a length or percentage is as `on`.',
  parse: (args, site) => {
    const [first = '', unit] = args;
    if (args.length === 1 && booleanOf(first) !== undefined) return exactlyOne(boolean)(args, site);
    const isShare = args.length === 1 && /^\d+%$/.test(first);
    const isLength = args.length === 2 && /^\d+$/.test(first) && /^([kmgt]b|b)$/i.test(unit ?? '');
    if (!isShare && !isLength) return exactlyOne(boolean)(args.slice(0, 1), site);
    site.warn(`'${args.join(' ')}' is as on: how much is sent at once is chosen here`);
    return true;
  },
});

/** Transfers, and TransferLog. */
export function modXfer(): FtpdModule {
  const logs = createTransferLogs();
  return defineModule({
    name: 'mod_xfer',
    apiVersion: 1,
    directives: [
      allowOverwrite,
      allowStoreRestart,
      allowRetrieveRestart,
      deleteAbortedStores,
      hiddenStores,
      transferRate,
      timeoutNoTransfer,
      timeoutStalled,
      defaultTransferMode,
      displayFileTransfer,
      useSendfile,
    ],
    start: (context) => logs.follow(context),
    hooks: { transfer: (session, record) => logs.write(session, record) },
    stop: () => logs.close(),
  });
}
