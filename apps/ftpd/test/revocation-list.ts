import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { removeFolder, runProgram, temporaryFolder, type TlsIdentity } from '@ftpd/test-services';

/** A revocation list of an authority, in PEM. @param days - How long it is good, from now. */
export async function revocationList(
  authority: TlsIdentity,
  revoked: readonly TlsIdentity[],
  days: number = 30,
): Promise<string> {
  const folder = temporaryFolder('crl-');
  const at = (name: string): string => join(folder, name);
  const openssl = async (...words: readonly string[]): Promise<void> => {
    const { code, output } = await runProgram('openssl', words, { cwd: folder });
    if (code !== 0) throw new Error(`openssl ${words.join(' ')} ended with ${code}:\n${output}`);
  };
  try {
    const settings = ['database = index', 'default_md = sha256', 'crlnumber = number'];
    await writeFile(at('conf'), ['[ca]', 'default_ca = one', '[one]', ...settings, ''].join('\n'));
    await writeFile(at('index'), '');
    await writeFile(at('number'), '01\n');
    await writeFile(at('ca'), authority.cert);
    await writeFile(at('ca-key'), authority.key);
    const signer = ['-config', 'conf', '-cert', 'ca', '-keyfile', 'ca-key'];
    for (const { cert } of revoked) {
      await writeFile(at('revoked'), cert);
      await openssl('ca', ...signer, '-revoke', 'revoked');
    }
    await openssl('ca', ...signer, '-gencrl', '-crldays', String(days), '-out', 'list');
    return await readFile(at('list'), 'utf8');
  } finally {
    removeFolder(folder);
  }
}
