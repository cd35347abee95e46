import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from './process.ts';

/** Certificates of a test's own authority, as PEM files in a folder. */
export interface TestCertificates {
  readonly ca: string;
  readonly serverCert: string;
  readonly serverKey: string;
  readonly clientCert: string;
  readonly clientKey: string;
}

/** Makes an authority, and certificates for localhost and 127.0.0.1 and for a client. @returns the files' paths. */
export async function makeCertificates(folder: string): Promise<TestCertificates> {
  await mkdir(folder, { recursive: true });
  const at = (name: string): string => join(folder, name);
  const openssl = async (words: string): Promise<void> => {
    const { code, output } = await runProgram('openssl', words.split(' '), { cwd: folder });
    if (code !== 0) throw new Error(`openssl ${words} ended with ${code}:\n${output}`);
  };
  const newKey = '-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes';
  await openssl(`req -x509 -days 2 -subj /CN=authority ${newKey} -keyout ca.key -out ca.pem`);
  await writeFile(at('names'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
  for (const name of ['server', 'client']) {
    await openssl(`req -subj /CN=${name} ${newKey} -keyout ${name}.key -out ${name}.csr`);
    const signing = '-CA ca.pem -CAkey ca.key -CAcreateserial -extfile names';
    await openssl(`x509 -req -days 2 -in ${name}.csr ${signing} -out ${name}.pem`);
  }
  return {
    ca: at('ca.pem'),
    serverCert: at('server.pem'),
    serverKey: at('server.key'),
    clientCert: at('client.pem'),
    clientKey: at('client.key'),
  };
}
