import type { ConfiguredServer } from '@ftpd/module';
import { StartError } from '../../start-error.ts';
import * as rows from './certificate-rows.ts';
import type { CertifiedKey } from './certified-key.ts';
import { chainOf } from './chain.ts';
import { readTrust, type ClientTrust } from './client-trust.ts';
import type { LocatedPath } from './located-file.ts';
import { readPair, readPkcs12 } from './own-certificates.ts';
import { pemBlocks } from './pem.ts';
import { tlsDhParamFile } from './protocol-rows.ts';
import { certificatesOf, contentsOf, type Reading } from './reading.ts';
import { serverLabel } from './server-label.ts';
import type { TlsFiles } from './tls-files.ts';

/** What one server shows and whom it trusts, read from its files. All PEM. */
export interface Credentials extends ClientTrust {
  /** Each with its chain behind it; the keys have the same order. */
  readonly certificates: readonly string[];
  readonly keys: readonly string[];
  /** For stapling and logs: the server's own, in the same order, and what stands above each. */
  readonly identities: readonly CertifiedKey[];
  readonly dhParameters?: string;
  /** What is odd and no error. */
  readonly warnings: readonly string[];
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
