import {
  badCount,
  badValue,
  booleanOf,
  defineDirective,
  SERVER_CONTEXTS,
  type AnyRow,
  type DirectiveRow,
  type DirectiveSite,
} from '@ftpd/config';

interface IdleRow {
  readonly name: string;
  readonly syntax: string;
  readonly doc: string;
  readonly least?: number;
  readonly check: (args: readonly string[], site: DirectiveSite) => void;
}

/** Directives that are read, checked, and change nothing here. */
function idleRow({ check, least = 1, ...row }: IdleRow): DirectiveRow<readonly string[]> {
  return defineDirective({
    ...row,
    module: 'mod_tls.c',
    contexts: SERVER_CONTEXTS,
    repeats: 'first-wins',
    parse: (args, site): readonly string[] => {
      if (args.length < least) throw badCount('missing parameters');
      check(args, site);
      return args;
    },
  });
}

const renegotiationWords: Readonly<Record<string, (value: string) => void>> = {
  ctrl: () => {},
  data: () => {},
  timeout: (value) => {
    if (!(Number(value) > 0)) throw badValue(`timeout must be greater than zero: '${value}'`);
  },
  required: (value) => {
    if (booleanOf(value) === undefined) throw badValue(`required must be a Boolean value: '${value}'`);
  },
};

export const idleRows: readonly AnyRow[] = [
  idleRow({
    name: 'TLSRenegotiate',
    syntax: 'TLSRenegotiate [ctrl secs] [data Kbytes] [timeout secs] [required on|off] | none',
    doc: 'Of no effect, with a warning unless it is `none`: nothing is renegotiated, as in ProFTPD where it is not set.',
    check: (args, site) => {
      if (args[0]?.toLowerCase() === 'none') return;
      for (let index = 0; index < args.length; index += 2) {
        const check = Object.hasOwn(renegotiationWords, args[index] ?? '')
          ? renegotiationWords[args[index] ?? '']
          : undefined;
        if (check === undefined) throw badValue(`: unknown TLSRenegotiate argument '${args[index]}'`, index);
        const value = args[index + 1];
        if (value === undefined) throw badCount();
        check(value);
      }
      site.warn('nothing is renegotiated: TLSv1.3 has no such thing, and TLSv1.2 needs none');
    },
  }),
  idleRow({
    name: 'TLSVerifyServer',
    syntax: 'TLSVerifyServer on|off|NoReverseDNS',
    doc: 'Of no effect: transfers between two servers (SSCN) are not encrypted from here.',
    check: (args) => {
      const [word = ''] = args;
      if (word.toLowerCase() !== 'noreversedns' && booleanOf(word) === undefined)
        throw badValue('expected Boolean parameter', 0, "write 'on', 'off' or 'NoReverseDNS'");
    },
  }),
  idleRow({
    name: 'TLSRandomSeed',
    syntax: 'TLSRandomSeed file',
    doc: 'Of no effect: randomness is the system’s.',
    check: () => {},
  }),
  idleRow({
    name: 'TLSCryptoDevice',
    syntax: 'TLSCryptoDevice driver|all|none',
    doc: 'Of no effect, with a warning unless it is `none`: OpenSSL does the work itself.',
    check: (args, site) => {
      if (args[0]?.toLowerCase() !== 'none') site.warn('engines of OpenSSL are not used');
    },
  }),
  idleRow({
    name: 'TLSPreSharedKey',
    syntax: 'TLSPreSharedKey identity hex:path',
    least: 2,
    doc: 'Of no effect, with a warning: clients must know the server by its certificate.',
    check: (args, site) => {
      const key = args[1] ?? '';
      if (!key.startsWith('hex:')) throw badValue(`unsupported TLSPreSharedKey format: ${key}`, 1);
      site.warn('pre-shared keys are not used: the server shows its certificate');
    },
  }),
  idleRow({
    name: 'TLSServerInfoFile',
    syntax: 'TLSServerInfoFile file',
    doc: 'Of no effect, with a warning: no extensions of one’s own are sent.',
    check: (args, site) => {
      if (!(args[0] ?? '').startsWith('/')) throw badValue('parameter must be an absolute path', 0);
      site.warn('extensions of one’s own are not sent');
    },
  }),
];
