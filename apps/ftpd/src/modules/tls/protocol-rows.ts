import { createSecureContext } from 'node:tls';
import {
  badCount,
  badValue,
  defineDirective,
  durationMs,
  one,
  SERVER_CONTEXTS,
  type AnyRow,
  type DefaultedRow,
  type DirectiveRow,
} from '@ftpd/config';
import { locatedPath, type LocatedPath } from './located-file.ts';
import { tlsSwitchRow } from './tls-switch-row.ts';

const module = 'mod_tls.c';
const row = { module, contexts: SERVER_CONTEXTS, repeats: 'first-wins' } as const;

export const tlsEngine: DefaultedRow<boolean> = tlsSwitchRow('TLSEngine', false, 'Whether TLS is spoken.');

export type TlsVersion = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

const versions: readonly TlsVersion[] = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

/** Those of a word. An empty list: the version is not spoken here. */
const versionWords: Readonly<Record<string, readonly TlsVersion[]>> = {
  sslv23: versions,
  sslv3: [],
  tlsv1: ['TLSv1'],
  'tlsv1.1': ['TLSv1.1'],
  'tlsv1.2': ['TLSv1.2'],
  'tlsv1.3': ['TLSv1.3'],
};

function versionsOf(word: string, index: number, written: string): readonly TlsVersion[] {
  const key = word.toLowerCase();
  const found = Object.hasOwn(versionWords, key) ? versionWords[key] : undefined;
  if (found === undefined)
    throw badValue(`unknown protocol: '${written}'`, index, 'known: TLSv1, TLSv1.1, TLSv1.2, TLSv1.3, ALL');
  return found;
}

function changedFromAll(args: readonly string[]): ReadonlySet<TlsVersion> {
  const chosen = new Set(versions);
  args.forEach((word, at) => {
    const index = at + 1;
    if (!/^[+-]/u.test(word)) throw badValue(`missing required +/- prefix: ${word}`, index);
    for (const version of versionsOf(word.slice(1), index, word))
      if (word.startsWith('+')) chosen.add(version);
      else chosen.delete(version);
  });
  return chosen;
}

export const tlsProtocol: DefaultedRow<ReadonlySet<TlsVersion>> = defineDirective({
  ...row,
  name: 'TLSProtocol',
  syntax: 'TLSProtocol protocol1 ... | ALL [+|-]protocol1 ...',
  defaultValue: new Set<TlsVersion>(['TLSv1.2', 'TLSv1.3']),
  doc: 'The versions that are spoken: TLSv1, TLSv1.1, TLSv1.2, TLSv1.3. The first two, broken long ago, only where they are named.',
  parse: (args, site): ReadonlySet<TlsVersion> => {
    if (args.length === 0) throw badCount();
    const isChange = args[0]?.toLowerCase() === 'all';
    const chosen = isChange
      ? changedFromAll(args.slice(1))
      : new Set(args.flatMap((word, index) => versionsOf(word, index, word)));
    if (!isChange && args.some((word) => word.toLowerCase() === 'sslv3'))
      site.warn('SSLv3 is not spoken: it was broken in 2014');
    if (chosen.size === 0) throw badValue('no protocol is left', undefined, 'write TLSv1.2 TLSv1.3');
    if (chosen.has('TLSv1') || chosen.has('TLSv1.1'))
      site.warn('TLSv1 and TLSv1.1 are broken, and the security level of the ciphers is lowered for them');
    return chosen;
  },
});

export interface CipherList {
  readonly forVersion: 'TLSv1.3' | 'older';
  /** As OpenSSL writes it. */
  readonly ciphers: string;
}

function checkCiphers(ciphers: string, index: number): void {
  try {
    createSecureContext({ ciphers });
  } catch (error) {
    throw badValue(`unable to use ciphersuite '${ciphers}': ${(error as Error).message}`, index);
  }
}

export const tlsCipherSuite: DirectiveRow<CipherList> = defineDirective({
  ...row,
  name: 'TLSCipherSuite',
  syntax: 'TLSCipherSuite [TLSv1.3] cipher-list',
  repeats: 'all',
  doc: 'The ciphers for versions up to TLSv1.2, or with `TLSv1.3` those for that version, as OpenSSL writes them; once for each. Default: DEFAULT:!ADH:!EXPORT:!DES.',
  parse: (args): CipherList => {
    const [first = '', second] = args;
    if (args.length === 0) throw badCount('missing parameters');
    if (args.length > 2) throw badCount();
    if (second === undefined) {
      const ciphers = `${first}:!EXPORT`;
      checkCiphers(ciphers, 0);
      return { forVersion: 'older', ciphers };
    }
    if (first.toLowerCase() !== 'tlsv1.3')
      throw badValue(`unknown/unsupported protocol specifier: ${first}`, 0);
    if (!/^TLS_[A-Z0-9_]+(:TLS_[A-Z0-9_]+)*$/u.test(second))
      throw badValue(`unable to use ciphersuite '${second}': no cipher match`, 1);
    checkCiphers(second, 1);
    return { forVersion: 'TLSv1.3', ciphers: second };
  },
});

export const tlsServerCipherPreference: DefaultedRow<boolean> = tlsSwitchRow(
  'TLSServerCipherPreference',
  true,
  'Whether the server’s order of ciphers counts, or the client’s.',
);

export const tlsEcdhCurve: DirectiveRow<string> = defineDirective({
  ...row,
  name: 'TLSECDHCurve',
  syntax: 'TLSECDHCurve curve[:curve]...',
  doc: 'The groups for key exchange, as OpenSSL names them, the best first. Not set, or `auto`: those of OpenSSL.',
  parse: one((curves): string => {
    try {
      createSecureContext({ ecdhCurve: curves });
    } catch {
      throw badValue(
        `unable to use ECDH curves '${curves}'`,
        undefined,
        'for example X25519:prime256v1:secp384r1',
      );
    }
    return curves;
  }),
});

export const tlsDhParamFile: DirectiveRow<LocatedPath> = defineDirective({
  ...row,
  name: 'TLSDHParamFile',
  syntax: 'TLSDHParamFile file',
  doc: 'Diffie-Hellman parameters in PEM, of at least 1024 bits, for clients up to TLSv1.2. Not set: those of RFC 7919 that fit the certificate’s key.',
  parse: locatedPath(),
});

export const tlsNextProtocol: DefaultedRow<boolean> = tlsSwitchRow(
  'TLSNextProtocol',
  true,
  'Whether ALPN is answered, with `ftp`.',
);

export const tlsTimeoutHandshake: DefaultedRow<number> = defineDirective({
  ...row,
  name: 'TLSTimeoutHandshake',
  syntax: 'TLSTimeoutHandshake seconds',
  defaultValue: 300_000,
  doc: 'How long a handshake may take; 0: as long as the login.',
  parse: one(durationMs),
});

export const tlsLog: DirectiveRow<string | undefined> = defineDirective({
  ...row,
  name: 'TLSLog',
  syntax: 'TLSLog path|none',
  doc: 'The file that is told of handshakes, certificates and refusals. Without it SystemLog is told of what is wrong.',
  parse: one((path) => path),
});

export const tlsMasqueradeAddress: DirectiveRow<string> = defineDirective({
  name: 'TLSMasqueradeAddress',
  module,
  syntax: 'TLSMasqueradeAddress ip-address|dns-name',
  contexts: ['server config', '<VirtualHost>'],
  repeats: 'first-wins',
  doc: 'As MasqueradeAddress, for sessions whose control connection is encrypted; it goes before that.',
  parse: one((address) => address),
});

export const protocolRows: readonly AnyRow[] = [
  tlsEngine,
  tlsProtocol,
  tlsCipherSuite,
  tlsServerCipherPreference,
  tlsEcdhCurve,
  tlsDhParamFile,
  tlsNextProtocol,
  tlsTimeoutHandshake,
  tlsLog,
  tlsMasqueradeAddress,
];
