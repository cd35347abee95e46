import { constants } from 'node:crypto';
import type { ConfiguredServer } from '@ftpd/module';
import {
  createTlsEndpoint,
  endpointByKey,
  type TlsEndpoint,
  type TlsEndpointOptions,
  type TlsSessions,
} from '@ftpd/tls-session';
import { StartError } from '../../start-error.ts';
import { tlsVerifyClient } from './client-rows.ts';
import { kindOf } from './certified-key.ts';
import type { Credentials } from './credentials.ts';
import { tlsOptions } from './options-row.ts';
import * as rows from './protocol-rows.ts';
import { requireNextProtocol } from './strict-rows.ts';

/** What clients up to TLS 1.2 are offered where TLSCipherSuite says nothing. */
const defaultCiphers = 'DEFAULT:!ADH:!EXPORT:!DES';

/** The ciphers of both kinds in one list, as Node.js takes them. */
export function cipherList({ directives }: Pick<ConfiguredServer, 'directives'>): string {
  const lists = directives.all(rows.tlsCipherSuite);
  const of = (forVersion: rows.CipherList['forVersion']): string | undefined =>
    lists.find((list) => list.forVersion === forVersion)?.ciphers;
  const versions = directives.first(rows.tlsProtocol);
  const needsWeak =
    directives.first(tlsOptions).has('AllowWeakSecurity') || versions.has('TLSv1') || versions.has('TLSv1.1');
  return [
    of('TLSv1.3') ?? 'TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256',
    of('older') ?? defaultCiphers,
    ...(needsWeak ? ['@SECLEVEL=0'] : []),
  ].join(':');
}

/** What a TLS context of a server is made of. */
export function contextOptions(
  server: ConfiguredServer,
  credentials: Credentials,
): TlsEndpointOptions['context'] {
  const { directives } = server;
  const curves = directives.first(rows.tlsEcdhCurve);
  const isVerified = directives.first(tlsVerifyClient) !== 'none';
  const { certificates, keys, authorities, revocationLists, dhParameters } = credentials;
  return {
    cert: [...certificates],
    key: [...keys],
    ciphers: cipherList(server),
    honorCipherOrder: directives.first(rows.tlsServerCipherPreference),
    dhparam: dhParameters ?? 'auto',
    secureOptions: directives.first(tlsOptions).has('NoEmptyFragments')
      ? constants.SSL_OP_DONT_INSERT_EMPTY_FRAGMENTS
      : 0,
    // An empty list, too: without one Node.js would trust the authorities of the web.
    ca: [...authorities],
    ...(curves === undefined || curves === 'auto' ? {} : { ecdhCurve: curves }),
    ...(isVerified && revocationLists.length > 0 ? { crl: [...revocationLists] } : {}),
  };
}

/** @throws {StartError} where OpenSSL takes it not */
export function createServerEndpoint(
  server: ConfiguredServer,
  credentials: Credentials,
  sessions: TlsSessions,
  more: Pick<TlsEndpointOptions, 'ocspResponse'>,
): TlsEndpoint {
  const { directives } = server;
  const create = (of: Credentials): TlsEndpoint =>
    createTlsEndpoint({
      context: contextOptions(server, of),
      versions: [...directives.first(rows.tlsProtocol)],
      sessions,
      clientVerification: directives.first(tlsVerifyClient),
      ...(directives.first(rows.tlsNextProtocol)
        ? { alpn: { protocols: ['ftp'], isStrict: directives.first(requireNextProtocol) } }
        : {}),
      ...more,
    });
  try {
    const pair = more.ocspResponse === undefined ? undefined : pairOf(credentials);
    if (pair === undefined) return create(credentials);
    return endpointByKey({ rsa: create(pair.rsa), ec: create(pair.ec), curve: pair.curve });
  } catch (error) {
    throw new StartError(
      [`fatal: TLS of server '${server.name}' can't be set up: ${(error as Error).message}`],
      {
        cause: error,
      },
    );
  }
}

/** An RSA certificate and one of another kind, each alone; undefined where there are not both. */
function pairOf(
  credentials: Credentials,
): { readonly rsa: Credentials; readonly ec: Credentials; readonly curve: string } | undefined {
  const alone = (kind: string): Credentials | undefined => {
    const index = credentials.identities.findIndex(({ certificate }) => kindOf(certificate) === kind);
    return index < 0
      ? undefined
      : {
          ...credentials,
          certificates: credentials.certificates.slice(index, index + 1),
          keys: credentials.keys.slice(index, index + 1),
          identities: credentials.identities.slice(index, index + 1),
        };
  };
  const rsa = alone('RSA');
  const ec = alone('EC');
  if (rsa === undefined || ec === undefined) return undefined;
  const { asymmetricKeyType, asymmetricKeyDetails } = ec.identities[0]!.certificate.publicKey;
  return { rsa, ec, curve: asymmetricKeyDetails?.namedCurve ?? asymmetricKeyType ?? '' };
}
