import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from './process.ts';
import { removeFolder, temporaryFolder } from './temp-tree.ts';

/** A certificate and its key, in PEM. */
export interface TlsIdentity {
  readonly cert: string;
  readonly key: string;
}

export interface TlsIdentityOptions {
  /** Common name. Default: `localhost`. */
  readonly name?: string;
  /** As openssl writes them. Default: localhost and 127.0.0.1. */
  readonly alternativeNames?: string;
  /** Default: `ec`, which is fast. */
  readonly kind?: 'ec' | 'rsa';
  /** Who signs it. Default: itself. */
  readonly issuer?: TlsIdentity;
  /** Whether it may sign others. Default: false. */
  readonly isAuthority?: boolean;
  /** How long it is valid, from now. Default: 30. */
  readonly days?: number;
}

const newKeys = {
  ec: ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  rsa: ['-newkey', 'rsa:2048'],
} as const;

/** Makes a certificate with openssl. */
export async function makeTlsIdentity({
  name = 'localhost',
  alternativeNames = 'DNS:localhost,IP:127.0.0.1',
  kind = 'ec',
  issuer,
  isAuthority = false,
  days = 30,
}: TlsIdentityOptions = {}): Promise<TlsIdentity> {
  const folder = temporaryFolder('tls-identity-');
  const openssl = async (...words: readonly string[]): Promise<void> => {
    const { code, output } = await runProgram('openssl', words, { cwd: folder });
    if (code !== 0) throw new Error(`openssl ${words.join(' ')} ended with ${code}:\n${output}`);
  };
  const text = (file: string): Promise<string> => readFile(join(folder, file), 'utf8');
  try {
    await openssl(
      'req',
      ...newKeys[kind],
      '-nodes',
      '-subj',
      `/CN=${name}`,
      '-keyout',
      'key',
      '-out',
      'request',
    );
    const constraints = isAuthority ? 'critical,CA:TRUE' : 'CA:FALSE';
    await writeFile(
      join(folder, 'extensions'),
      `basicConstraints=${constraints}\nsubjectAltName=${alternativeNames}\n`,
    );
    const signing = [
      'x509',
      '-req',
      '-in',
      'request',
      '-out',
      'cert',
      '-days',
      String(days),
      '-extfile',
      'extensions',
    ];
    if (issuer === undefined) await openssl(...signing, '-signkey', 'key');
    else {
      await writeFile(join(folder, 'issuer'), issuer.cert);
      await writeFile(join(folder, 'issuer-key'), issuer.key);
      await openssl(...signing, '-CA', 'issuer', '-CAkey', 'issuer-key', '-CAcreateserial');
    }
    return { cert: await text('cert'), key: await text('key') };
  } finally {
    removeFolder(folder);
  }
}
