import {
  badCount,
  badValue,
  booleanOf,
  defineDirective,
  integer,
  one,
  SERVER_CONTEXTS,
  type AnyRow,
  type DefaultedRow,
  type DirectiveRow,
} from '@ftpd/config';
import { locatedPath, type LocatedPath } from './located-file.ts';

const module = 'mod_tls.c';
const row = { module, contexts: SERVER_CONTEXTS, repeats: 'first-wins' } as const;
const directoryFault = 'parameter must be a directory path';

export const caFile: DirectiveRow<LocatedPath> = defineDirective({
  ...row,
  name: 'TLSCACertificateFile',
  syntax: 'TLSCACertificateFile file',
  doc: 'Certificates, in PEM, of the authorities whose clients are trusted.',
  parse: locatedPath(),
});

export const caPath: DirectiveRow<LocatedPath> = defineDirective({
  ...row,
  name: 'TLSCACertificatePath',
  syntax: 'TLSCACertificatePath directory',
  doc: 'A folder of such certificates; every file in it counts, whatever its name.',
  parse: locatedPath(directoryFault),
});

export const crlFile: DirectiveRow<LocatedPath> = defineDirective({
  ...row,
  name: 'TLSCARevocationFile',
  syntax: 'TLSCARevocationFile file',
  doc: 'Revocation lists, in PEM, of the authorities of clients.',
  parse: locatedPath(),
});

export const crlPath: DirectiveRow<LocatedPath> = defineDirective({
  ...row,
  name: 'TLSCARevocationPath',
  syntax: 'TLSCARevocationPath directory',
  doc: 'A folder of such lists; every file in it counts, whatever its name.',
  parse: locatedPath(directoryFault),
});

export type ClientVerification = 'none' | 'optional' | 'required';

export const tlsVerifyClient: DefaultedRow<ClientVerification> = defineDirective({
  ...row,
  name: 'TLSVerifyClient',
  syntax: 'TLSVerifyClient on|off|optional',
  defaultValue: 'none',
  doc: 'Whether clients must show a certificate that TLSCACertificateFile or -Path vouch for; `optional`: if they show one, it must be good.',
  parse: one((word): ClientVerification => {
    if (word.toLowerCase() === 'optional') return 'optional';
    const isOn = booleanOf(word);
    if (isOn === undefined)
      throw badValue('expected Boolean parameter', undefined, "write 'on', 'off' or 'optional'");
    return isOn ? 'required' : 'none';
  }),
});

export const tlsVerifyDepth: DefaultedRow<number> = defineDirective({
  ...row,
  name: 'TLSVerifyDepth',
  syntax: 'TLSVerifyDepth depth',
  defaultValue: 9,
  doc: 'How many certificates of authorities may stand above a client’s.',
  parse: one((word) => {
    if (/^-\d+$/u.test(word)) throw badValue('depth must be zero or greater');
    return integer(0, 1000)(word);
  }),
});

/** Only `crl` has a value: with OCSP alone nobody would look whether a certificate was revoked. */
export const tlsVerifyOrder: DirectiveRow<'crl'> = defineDirective({
  ...row,
  name: 'TLSVerifyOrder',
  syntax: 'TLSVerifyOrder crl',
  doc: 'How revoked certificates of clients are found: by the lists of TLSCARevocationFile and -Path. `ocsp` is refused.',
  parse: (args): 'crl' => {
    if (args.length === 0) throw badCount();
    args.forEach((word, index) => {
      if (word.toLowerCase() === 'ocsp')
        throw badValue(
          "certificates of clients are not checked by OCSP here, and 'ocsp' must not vanish",
          index,
          "write 'crl', with TLSCARevocationFile",
        );
      if (word.toLowerCase() !== 'crl')
        throw badValue(`unsupported verification mechanism '${word}' requested`, index);
    });
    return 'crl';
  },
});

/** What of a certificate must be the user's name, for a login without a password. */
export type UserNameAttribute =
  | { readonly kind: 'CommonName' }
  | { readonly kind: 'EmailSubjAltName' }
  | { readonly kind: 'oid'; readonly oid: string };

export const tlsUserName: DirectiveRow<UserNameAttribute> = defineDirective({
  ...row,
  name: 'TLSUserName',
  syntax: 'TLSUserName CommonName|EmailSubjAltName|oid',
  doc: 'What of a verified client certificate must be the name in USER; then no password is asked for.',
  parse: one((word): UserNameAttribute => {
    if (word === 'CommonName' || word === 'EmailSubjAltName') return { kind: word };
    if (!/^[0-2](\.\d{1,10}){1,30}$/u.test(word))
      throw badValue('badly formatted OID parameter', undefined, 'CommonName, EmailSubjAltName or 1.2.3.4');
    return { kind: 'oid', oid: word };
  }),
});

export const clientRows: readonly AnyRow[] = [
  caFile,
  caPath,
  crlFile,
  crlPath,
  tlsVerifyClient,
  tlsVerifyDepth,
  tlsVerifyOrder,
  tlsUserName,
];
