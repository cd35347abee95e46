import { X509Certificate } from 'node:crypto';
import type { CertificateClaim } from '@ftpd/module';
import type { SessionView } from '@ftpd/server';
import { certificatesIn } from './certified-key.ts';
import { extensionTexts } from './certificate-extension.ts';
import { tlsUserName, type UserNameAttribute } from './client-rows.ts';
import { tlsOptions, type TlsOption } from './options-row.ts';

/** Certificates in `.tlslogin`; more are not looked at. */
const maxCertificates = 100;

/** What a certificate holds that may be a user's name. */
export function namesOf(certificate: X509Certificate, attribute: UserNameAttribute): readonly string[] {
  switch (attribute.kind) {
    case 'CommonName': {
      const { CN } = certificate.toLegacyObject().subject as { readonly CN?: string | readonly string[] };
      // Of several, none is the name: which one is meant, nobody has said.
      return typeof CN === 'string' ? [CN] : [];
    }
    case 'EmailSubjAltName':
      return alternativeNames(certificate.subjectAltName ?? '')
        .filter((name) => name.startsWith('email:'))
        .map((name) => name.slice('email:'.length));
    case 'oid':
      return extensionTexts(certificate.raw, attribute.oid);
  }
}

/** The parts of Node's text of them: divided by a comma and a space, those that hold such things in JSON's quotes. */
export function alternativeNames(text: string): readonly string[] {
  const pattern = /([^,":\s][^,":]*):(?:("(?:[^"\\]|\\.)*")|([^,"]*))(?:, |$)/gu;
  return [...text.matchAll(pattern)].map(([, kind = '', quoted, plain = '']) => {
    const value = quoted === undefined ? plain : String(JSON.parse(quoted));
    return `${kind}:${value}`;
  });
}

/** Whether a `.tlslogin` file holds a certificate. */
export function holds(content: Uint8Array, certificate: X509Certificate): boolean {
  try {
    return certificatesIn(Buffer.from(content))
      .slice(0, maxCertificates)
      .some(({ raw }) => raw.equals(certificate.raw));
  } catch {
    return false;
  }
}

/** What the certificate of a session says about the user that it names (TLSUserName, TLSOptions AllowDotLogin). */
export function certificateClaim(
  session: SessionView,
  user: string,
  tell: (text: string) => void,
): CertificateClaim | undefined {
  const raw = session.tls?.clientCertificate?.raw;
  if (raw === undefined) return undefined;
  const certificate = new X509Certificate(raw);
  const { directives } = session.settings;
  const attribute = directives.first(tlsUserName.name) as UserNameAttribute | undefined;
  if (attribute !== undefined) {
    const label = attribute.kind === 'oid' ? attribute.oid : attribute.kind;
    const isProved = namesOf(certificate, attribute).includes(user);
    tell(`TLS/X509 TLSUserName '${label}' check ${isProved ? 'successful' : 'failed'} for user '${user}'`);
    if (isProved) return 'proved';
  }
  const options = directives.first(tlsOptions.name) as ReadonlySet<TlsOption> | undefined;
  if (options?.has('AllowDotLogin') !== true) return undefined;
  return {
    fileInHome: '.tlslogin',
    isProvedBy: (content) => {
      const isProved = holds(content, certificate);
      tell(`TLS/X509 .tlslogin check ${isProved ? 'successful' : 'failed'} for user '${user}'`);
      return isProved;
    },
  };
}
