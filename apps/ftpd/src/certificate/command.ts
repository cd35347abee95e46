import type { KeyObject } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { escapeControls } from '../log/escape.ts';
import { certificateOrder, certificateUsage, type CertificateOrder } from './certificate-words.ts';
import { certificateRequest, keyFrom, keyPem, newKey, selfSignedCertificate } from './make-certificate.ts';

/**
 * `ftpd certificate request|self-signed NAME...`: makes a key, unless there is one, and what goes with it. Nothing that is
 * there is written over.
 * @returns the exit code.
 */
export async function certificateCommand(args: readonly string[]): Promise<number> {
  const say = (text: string): void => void process.stderr.write(`${escapeControls(text)}\n`);
  try {
    const order = certificateOrder(args);
    if (order === undefined) {
      process.stderr.write(`${certificateUsage}\n`);
      return 1;
    }
    for (const line of await make(order)) process.stdout.write(`${escapeControls(line)}\n`);
    return 0;
  } catch (error) {
    say(`ftpd: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
}

/** @returns what to tell whoever asked. */
async function make({
  kind,
  names,
  keyFile,
  file,
  bits,
  days,
}: CertificateOrder): Promise<readonly string[]> {
  const { key, isNew } = await keyIn(keyFile, bits);
  try {
    const text =
      kind === 'request' ? certificateRequest(key, names) : selfSignedCertificate(key, names, days);
    writeFileSync(file, text, { flag: 'wx', mode: 0o644 });
  } catch (error) {
    if (isNew) rmSync(keyFile, { force: true });
    throw error;
  }
  const told = isNew ? `new key: ${keyFile} (mode 0600: keep it secret)` : `key: ${keyFile} (was there)`;
  return kind === 'request'
    ? [
        told,
        `request: ${file}: send it to your authority; name what comes back with TLSRSACertificateFile, and the key with TLSRSACertificateKeyFile`,
      ]
    : [
        told,
        `certificate: ${file}, for ${days} days: nobody vouches for it, and clients will say so; get one from an authority for anything but trying`,
      ];
}

async function keyIn(
  file: string,
  bits: number,
): Promise<{ readonly key: KeyObject; readonly isNew: boolean }> {
  let pem: string;
  try {
    pem = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const key = await newKey(bits);
    writeFileSync(file, keyPem(key), { flag: 'wx', mode: 0o600 });
    return { key, isNew: true };
  }
  try {
    return { key: keyFrom(pem), isNew: false };
  } catch (error) {
    throw new Error(`'${file}' can't be used: ${(error as Error).message}`, { cause: error });
  }
}
