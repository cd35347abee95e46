import type { DirectiveReader } from '@ftpd/module';
import { certificatesIn } from './certified-key.ts';
import { caFile, caPath, crlFile, crlPath, tlsVerifyClient } from './client-rows.ts';
import { faultAt, type LocatedPath } from './located-file.ts';
import { pemBlocks } from './pem.ts';
import { certificatesOf, contentsOf, parse, reasonOf, type Reading } from './reading.ts';

/** Whom a server trusts: authorities of clients, and their lists of what is revoked. PEM. */
export interface ClientTrust {
  readonly authorities: readonly string[];
  readonly revocationLists: readonly string[];
}

/** Reads what the directives of a server name. Faults and warnings go to `reading`. */
export async function readTrust(reading: Reading, directives: DirectiveReader): Promise<ClientTrust> {
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
