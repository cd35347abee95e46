import { badCount, badValue, defineDirective, SERVER_CONTEXTS, type DefaultedRow } from '@ftpd/config';

/** The words of TLSOptions that have an effect here. */
export type TlsOption =
  | 'AllowDotLogin'
  | 'AllowPerUser'
  | 'AllowWeakSecurity'
  | 'CommonNameRequired'
  | 'EnableDiags'
  | 'IgnoreSNI'
  | 'NoEmptyFragments'
  | 'NoSessionReuseRequired'
  | 'UseImplicitSSL'
  | 'dNSNameRequired'
  | 'iPAddressRequired';

/** Every documented word; a text is why it has no effect. Case counts, as in ProFTPD. */
const words: Readonly<Record<string, TlsOption | { readonly noEffect: string }>> = {
  AllowClientRenegotiation: { noEffect: 'renegotiation by the client is always refused (CVE-2011-1473)' },
  AllowClientRenegotiations: { noEffect: 'renegotiation by the client is always refused (CVE-2011-1473)' },
  AllowDotLogin: 'AllowDotLogin',
  AllowPerUser: 'AllowPerUser',
  AllowWeakDH: { noEffect: 'no Diffie-Hellman group of less than 1024 bits is ever used' },
  AllowWeakSecurity: 'AllowWeakSecurity',
  CommonNameRequired: 'CommonNameRequired',
  EnableDiags: 'EnableDiags',
  ExportCertData: { noEffect: 'sessions have no environment of their own' },
  IgnoreSNI: 'IgnoreSNI',
  NoAutoECDH: { noEffect: 'OpenSSL always chooses among the curves of TLSECDHCurve' },
  NoEmptyFragments: 'NoEmptyFragments',
  NoSessionReuseRequired: 'NoSessionReuseRequired',
  StdEnvVars: { noEffect: 'sessions have no environment of their own' },
  UseImplicitSSL: 'UseImplicitSSL',
  dNSNameRequired: 'dNSNameRequired',
  iPAddressRequired: 'iPAddressRequired',
};

export const tlsOptions: DefaultedRow<ReadonlySet<TlsOption>> = defineDirective({
  name: 'TLSOptions',
  module: 'mod_tls.c',
  syntax: 'TLSOptions opt1 ...',
  contexts: SERVER_CONTEXTS,
  repeats: 'merge',
  defaultValue: new Set<TlsOption>(),
  doc: 'Behaviour that is not the usual: see docs/tls.md for each word.',
  merge: (earlier, later) => new Set([...earlier, ...later]),
  parse: (args, site): ReadonlySet<TlsOption> => {
    if (args.length === 0) throw badCount();
    const options = new Set<TlsOption>();
    args.forEach((word, index) => {
      const meaning = Object.hasOwn(words, word) ? words[word] : undefined;
      if (meaning === undefined)
        throw badValue(`: unknown TLSOption '${word}'`, index, `known: ${Object.keys(words).join(', ')}`);
      if (typeof meaning === 'string') options.add(meaning);
      else site.warn(`'${word}' has no effect here: ${meaning.noEffect}`);
    });
    return options;
  },
});
