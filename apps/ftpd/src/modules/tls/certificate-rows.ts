import {
  badCount,
  badValue,
  defineDirective,
  SERVER_CONTEXTS,
  type AnyRow,
  type DirectiveRow,
} from '@ftpd/config';
import { locatedPath, locate, type LocatedPath } from './located-file.ts';

const module = 'mod_tls.c';

function fileRow(name: string, doc: string, sentence?: string): DirectiveRow<LocatedPath> {
  return defineDirective({
    name,
    module,
    syntax: `${name} file`,
    contexts: SERVER_CONTEXTS,
    repeats: 'first-wins',
    doc,
    parse: locatedPath(sentence),
  });
}

export const rsaCertificateFile: DirectiveRow<LocatedPath> = fileRow(
  'TLSRSACertificateFile',
  'The RSA certificate of the server in PEM; its key may stand in the same file, and the certificates of its chain behind it.',
);

export const rsaKeyFile: DirectiveRow<LocatedPath> = fileRow(
  'TLSRSACertificateKeyFile',
  'The private key of TLSRSACertificateFile in PEM. Read as root.',
);

export const ecCertificateFile: DirectiveRow<LocatedPath> = fileRow(
  'TLSECCertificateFile',
  'The ECDSA certificate of the server in PEM; it may stand beside an RSA one, and the client decides.',
);

export const ecKeyFile: DirectiveRow<LocatedPath> = fileRow(
  'TLSECCertificateKeyFile',
  'The private key of TLSECCertificateFile in PEM. Read as root.',
);

export const chainFile: DirectiveRow<LocatedPath> = fileRow(
  'TLSCertificateChainFile',
  'The certificates between the server’s own and the root, in this order, in PEM; they are sent to clients.',
);

export const pkcs12File: DirectiveRow<LocatedPath> = fileRow(
  'TLSPKCS12File',
  'Certificate, chain and key of the server in one PKCS#12 file, RSA or ECDSA. Read as root.',
);

export const passPhraseProvider: DirectiveRow<LocatedPath> = defineDirective({
  name: 'TLSPassPhraseProvider',
  module,
  syntax: 'TLSPassPhraseProvider path',
  contexts: ['server config'],
  repeats: 'first-wins',
  doc: 'A program that tells the pass phrases of encrypted keys: called as root with `name:port` of the server and `RSA`, `EC` or `PKCS12`, it prints one line. It is run when certificates are read, for at most 10 s.',
  parse: (args, site): LocatedPath => {
    const [path] = args;
    if (path === undefined) throw badCount('missing parameters');
    if (!path.startsWith('/')) throw badValue(`must be a full path: '${path}'`, 0);
    return locate(path, site);
  },
});

/** DSA is gone from TLS: what names such a certificate is passed over, other certificates are used. */
function dsaRow(name: string): DirectiveRow<string> {
  return defineDirective({
    name,
    module,
    syntax: `${name} file`,
    contexts: SERVER_CONTEXTS,
    repeats: 'first-wins',
    doc: 'Of no effect, with a warning: TLS clients have not taken DSA certificates for years.',
    parse: (args, site): string => {
      if (args.length === 0) throw badCount('missing parameters');
      site.warn('DSA certificates are not used: TLS clients take none; name an RSA or ECDSA certificate');
      return args[0] ?? '';
    },
  });
}

export const certificateRows: readonly AnyRow[] = [
  rsaCertificateFile,
  rsaKeyFile,
  ecCertificateFile,
  ecKeyFile,
  dsaRow('TLSDSACertificateFile'),
  dsaRow('TLSDSACertificateKeyFile'),
  chainFile,
  pkcs12File,
  passPhraseProvider,
];
