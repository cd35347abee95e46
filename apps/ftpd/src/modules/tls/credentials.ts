import { X509Certificate, type KeyObject } from 'node:crypto';
import type { ConfiguredServer, DirectiveReader } from '@ftpd/module';
import { StartError } from '../../start-error.ts';
import * as rows from './certificate-rows.ts';
import { certificatesIn, kindOf, openKey, type CertifiedKey } from './certified-key.ts';
import { chainOf } from './chain.ts';
import { caFile, caPath, crlFile, crlPath, tlsVerifyClient } from './client-rows.ts';
import { faultAt, type LocatedPath } from './located-file.ts';
import type { PassPhraseKind } from './pass-phrase.ts';
import { pemBlocks } from './pem.ts';
import { tlsDhParamFile } from './protocol-rows.ts';
import { serverLabel } from './server-label.ts';
import type { TlsFiles } from './tls-files.ts';

/** What one server shows and whom it trusts, read from its files. All PEM. */
export interface Credentials {
  /** Each with its chain behind it; the keys have the same order. */
  readonly certificates: readonly string[];
  readonly keys: readonly string[];
  /** For stapling and logs: the server's own, in the same order, and what stands above each. */
  readonly identities: readonly CertifiedKey[];
  readonly authorities: readonly string[];
  readonly revocationLists: readonly string[];
  readonly dhParameters?: string;
  /** What is odd and no error. */
  readonly warnings: readonly string[];
}

interface Reading {
  readonly files: TlsFiles;
  readonly label: string;
  readonly nowMs: number;
  readonly faults: string[];
  readonly warnings: string[];
}

/**
 * Reads everything that the directives of a server name.
 * @throws {StartError} with a line for each file that is missing or wrong
 */
export async function readCredentials(
  server: Pick<ConfiguredServer, 'name' | 'directives'>,
  files: TlsFiles,
  nowMs: number = Date.now(),
): Promise<Credentials> {
  const { directives } = server;
  const reading: Reading = { files, label: serverLabel(server), nowMs, faults: [], warnings: [] };
  const pairs = [
    await readPair(
      reading,
      'RSA',
      directives.first(rows.rsaCertificateFile),
      directives.first(rows.rsaKeyFile),
    ),
    await readPair(reading, 'EC', directives.first(rows.ecCertificateFile), directives.first(rows.ecKeyFile)),
    await readPkcs12(reading, directives.first(rows.pkcs12File)),
  ].filter((pair) => pair !== undefined);
  const chain = await certificatesOf(reading, directives.first(rows.chainFile));
  const trusted = await readTrust(reading, directives);
  const dhParameters = await readDhParameters(reading, directives.first(tlsDhParamFile));
  if (reading.faults.length > 0) throw new StartError(reading.faults);
  return {
    certificates: pairs.map((pair) =>
      [pair.certificate, ...chainOf(pair, chain, pairs.length === 1)].map(String).join(''),
    ),
    keys: pairs.map(({ key }) => String(key.export({ type: 'pkcs8', format: 'pem' }))),
    identities: pairs.map((pair) => ({ ...pair, more: chainOf(pair, chain, pairs.length === 1) })),
    ...trusted,
    warnings: reading.warnings,
    ...(dhParameters === undefined ? {} : { dhParameters }),
  };
}

/** The contents; undefined, and a fault, if the file can't be read. */
async function contentsOf(
  { files, faults }: Reading,
  located: LocatedPath,
  sentence: (path: string, reason: string) => string = (path, reason) => `unable to use '${path}': ${reason}`,
): Promise<{ readonly bytes: Buffer; readonly mode: number } | undefined> {
  try {
    return await files.read(located.path);
  } catch (error) {
    faults.push(faultAt(located, sentence(located.path, reasonOf(error))));
    return undefined;
  }
}

const systemReasons: Readonly<Record<string, string>> = {
  ENOENT: 'No such file or directory',
  EACCES: 'Permission denied',
  EISDIR: 'Is a directory',
  ENOTDIR: 'Not a directory',
  ELOOP: 'Too many levels of symbolic links',
};

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return systemReasons[code ?? ''] ?? message;
}

async function readPair(
  reading: Reading,
  kind: PassPhraseKind & ('RSA' | 'EC'),
  certificateFile: LocatedPath | undefined,
  keyFile: LocatedPath | undefined,
): Promise<CertifiedKey | undefined> {
  if (certificateFile === undefined) {
    if (keyFile !== undefined)
      reading.warnings.push(`${keyFile.directive} names a key without a certificate: it is not used`);
    return undefined;
  }
  const { faults } = reading;
  const missing = (path: string, reason: string): string =>
    `'${path}' does not exist or does not contain a certificate${reason === 'No such file or directory' ? '' : ` (${reason})`}`;
  const file = await contentsOf(reading, certificateFile, missing);
  const key = await readKey(reading, kind, keyFile ?? certificateFile);
  if (file === undefined) return undefined;
  const found = parse(() => certificatesIn(file.bytes));
  const [certificate, ...more] = found.value ?? [];
  if (certificate === undefined) {
    faults.push(
      faultAt(certificateFile, missing(certificateFile.path, found.reason ?? 'it holds none in PEM')),
    );
    return undefined;
  }
  if (kindOf(certificate) !== kind)
    faults.push(
      faultAt(
        certificateFile,
        `'${certificateFile.path}' is a certificate for a key of ${kindOf(certificate)}, not ${kind}`,
      ),
    );
  if (key === undefined) return undefined;
  return checked(reading, certificateFile, keyFile ?? certificateFile, { certificate, more, key });
}

/** Adds what is wrong with a certificate beside its form. */
function checked(
  { faults, warnings, nowMs }: Reading,
  certificateFile: LocatedPath,
  keyFile: LocatedPath,
  pair: CertifiedKey,
): CertifiedKey | undefined {
  const { certificate, key } = pair;
  if (!certificate.checkPrivateKey(key)) {
    faults.push(
      faultAt(
        keyFile,
        `the key in '${keyFile.path}' does not belong to the certificate in '${certificateFile.path}'`,
      ),
    );
    return undefined;
  }
  const days = Math.floor((Date.parse(certificate.validTo) - nowMs) / 86_400_000);
  if (days < 0)
    warnings.push(`the certificate in '${certificateFile.path}' expired at ${certificate.validTo}`);
  else if (days < 14)
    warnings.push(
      `the certificate in '${certificateFile.path}' expires in ${days} days, at ${certificate.validTo}`,
    );
  if (Date.parse(certificate.validFrom) > nowMs)
    warnings.push(
      `the certificate in '${certificateFile.path}' is not valid before ${certificate.validFrom}`,
    );
  return pair;
}

async function readKey(
  reading: Reading,
  kind: PassPhraseKind,
  located: LocatedPath,
): Promise<KeyObject | undefined> {
  const file = await contentsOf(reading, located);
  if (file === undefined) return undefined;
  const { faults, warnings, files, label } = reading;
  if ((file.mode & 0o007) !== 0)
    warnings.push(`'${located.path}' holds a private key, and everybody can read or write it: chmod 600 it`);
  let opened = openKey(file.bytes);
  if (opened.outcome === 'encrypted') {
    try {
      opened = openKey(file.bytes, await files.passPhrase(label, kind));
    } catch (error) {
      opened = { outcome: 'none', reason: reasonOf(error) };
    }
  }
  if (opened.outcome === 'opened') return opened.key;
  faults.push(
    faultAt(
      located,
      `unable to use '${located.path}': ${opened.outcome === 'none' ? opened.reason : 'it is encrypted'}`,
    ),
  );
  return undefined;
}

async function readPkcs12(
  reading: Reading,
  located: LocatedPath | undefined,
): Promise<CertifiedKey | undefined> {
  if (located === undefined) return undefined;
  const file = await contentsOf(reading, located, (path, reason) =>
    reason === 'No such file or directory'
      ? `'${path}' does not exist`
      : `unable to use '${path}': ${reason}`,
  );
  if (file === undefined) return undefined;
  const { openPkcs12 } = await import('./pkcs12.ts');
  try {
    const opened =
      openPkcs12(file.bytes, '') ??
      openPkcs12(file.bytes, await reading.files.passPhrase(reading.label, 'PKCS12'));
    if (opened === undefined) throw new Error('the pass phrase does not open it');
    return checked(reading, located, located, opened);
  } catch (error) {
    reading.faults.push(faultAt(located, `unable to use '${located.path}': ${reasonOf(error)}`));
    return undefined;
  }
}

async function certificatesOf(
  reading: Reading,
  located: LocatedPath | undefined,
): Promise<readonly X509Certificate[]> {
  const file = located && (await contentsOf(reading, located));
  if (located === undefined || file === undefined) return [];
  const { value = [], reason = 'it holds no certificate in PEM' } = parse(() => certificatesIn(file.bytes));
  if (value.length === 0) reading.faults.push(faultAt(located, `unable to use '${located.path}': ${reason}`));
  return value;
}

async function readTrust(
  reading: Reading,
  directives: DirectiveReader,
): Promise<Pick<Credentials, 'authorities' | 'revocationLists'>> {
  const authorities = [
    ...(await certificatesOf(reading, directives.first(caFile))).map(String),
    ...(await folderOf(reading, directives.first(caPath))).flatMap((bytes) =>
      (parse(() => certificatesIn(bytes)).value ?? []).map(String),
    ),
  ];
  const lists = [
    ...(await listsOf(reading, directives.first(crlFile))),
    ...(await folderOf(reading, directives.first(crlPath))).flatMap((bytes) => pemBlocks(bytes, 'X509 CRL')),
  ];
  if (directives.first(tlsVerifyClient) !== 'none' && authorities.length === 0)
    reading.warnings.push(
      'TLSVerifyClient asks for certificates, but no authority is trusted: name those of the clients with TLSCACertificateFile',
    );
  return { authorities: [...new Set(authorities)], revocationLists: [...new Set(lists)] };
}

async function folderOf(
  { files, faults }: Reading,
  located: LocatedPath | undefined,
): Promise<readonly Buffer[]> {
  if (located === undefined) return [];
  try {
    return await files.readFolder(located.path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const isNone = code === 'ENOENT' || code === 'ENOTDIR';
    faults.push(
      faultAt(
        located,
        isNone ? 'parameter must be a directory path' : `unable to use '${located.path}': ${reasonOf(error)}`,
      ),
    );
    return [];
  }
}

async function listsOf(reading: Reading, located: LocatedPath | undefined): Promise<readonly string[]> {
  const file = located && (await contentsOf(reading, located));
  if (located === undefined || file === undefined) return [];
  const lists = pemBlocks(file.bytes, 'X509 CRL');
  if (lists.length === 0)
    reading.faults.push(
      faultAt(located, `unable to use '${located.path}': it holds no revocation list in PEM`),
    );
  return lists;
}

async function readDhParameters(
  reading: Reading,
  located: LocatedPath | undefined,
): Promise<string | undefined> {
  const file =
    located &&
    (await contentsOf(reading, located, (path, reason) =>
      reason === 'No such file or directory'
        ? `'${path}' does not exist`
        : `unable to use '${path}': ${reason}`,
    ));
  if (located === undefined || file === undefined) return undefined;
  const [parameters] = pemBlocks(file.bytes, 'DH PARAMETERS');
  if (parameters === undefined)
    reading.warnings.push(
      `'${located.path}' holds no Diffie-Hellman parameters in PEM: those of RFC 7919 are used`,
    );
  return parameters;
}

function parse<T>(read: () => T): { readonly value?: T; readonly reason?: string } {
  try {
    return { value: read() };
  } catch (error) {
    return { reason: (error as Error).message };
  }
}
