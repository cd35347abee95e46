import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { runProgram } from './process.ts';

/** A certificate of the test's authority, and its key: paths of PEM files. */
export interface IssuedCertificate {
  readonly cert: string;
  readonly key: string;
}

/** How the responder answers. Changed at will while it runs. */
export interface ResponderManner {
  /** Who signs: default the authority itself. */
  signer?: IssuedCertificate;
  /** How long answers are good for, in minutes. Default: 60. */
  minutes?: number;
  /** More arguments of `openssl ocsp`, such as `-no_certs`, `-resp_key_id`, `-rmd sha1`. */
  args?: readonly string[];
  /** Instead of an answer of openssl's: bytes, a status, or nothing at all. */
  instead?: (request: Buffer, response: ServerResponse) => void;
}

/** An authority made with openssl, with an OCSP responder over HTTP that asks `openssl ocsp` for each answer. */
export interface OcspAuthority {
  readonly ca: IssuedCertificate;
  readonly url: string;
  readonly manner: ResponderManner;
  /** Requests that came so far. */
  requestCount(): number;
  /**
   * @param isDelegate - It may sign OCSP answers.
   * @param days - Until it ends; default 2.
   */
  issue(
    name: string,
    options?: { readonly kind?: 'ec' | 'rsa'; readonly isDelegate?: boolean; readonly days?: number },
  ): Promise<IssuedCertificate>;
  /** Tells the responder of a certificate; what it was not told of is unknown to it. */
  declare(certificate: IssuedCertificate, status: 'good' | 'revoked'): Promise<void>;
  stop(): Promise<void>;
}

const keyOptions = {
  ec: '-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes',
  rsa: '-newkey rsa:2048 -nodes',
} as const;

/** @param folder - Where its files are; made if missing. */
export async function startOcspAuthority(
  folder: string,
  { kind = 'ec' }: { readonly kind?: 'ec' | 'rsa' } = {},
): Promise<OcspAuthority> {
  await mkdir(folder, { recursive: true });
  const at = (name: string): string => join(folder, name);
  const openssl = async (words: string): Promise<string> => {
    const { code, output } = await runProgram('openssl', words.split(' '), { cwd: folder });
    if (code !== 0) throw new Error(`openssl ${words} ended with ${code}:\n${output}`);
    return output;
  };
  const manner: ResponderManner = {};
  const ca: IssuedCertificate = { cert: at('ca.pem'), key: at('ca.key') };
  const statusByCert = new Map<string, string>();
  let count = 0;
  let files = 0;

  const answer = async (request: Buffer): Promise<Buffer> => {
    const { signer = ca, minutes = 60, args = [] } = manner;
    files += 1;
    const [requestFile, answerFile] = [at(`request${files}`), at(`answer${files}`)];
    await writeFile(requestFile, request);
    const words = `ocsp -index index.txt -CA ca.pem -rsigner ${signer.cert} -rkey ${signer.key} -nmin ${minutes}`;
    await openssl([words, ...args, `-reqin ${requestFile} -respout ${answerFile}`].join(' '));
    return readFileSync(answerFile);
  };
  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    count += 1;
    const chunks: Buffer[] = [];
    for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
    const request = Buffer.concat(chunks);
    if (manner.instead) return manner.instead(request, response);
    const body = await answer(request);
    response.writeHead(200, { 'content-type': 'application/ocsp-response' }).end(body);
  };
  const server = createServer((incoming, response) => {
    serve(incoming, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ocsp`;

  await openssl(`req -x509 -days 5 -subj /CN=authority ${keyOptions[kind]} -keyout ca.key -out ca.pem`);
  await writeFile(at('index.txt'), '');
  await writeFile(at('index.txt.attr'), 'unique_subject = no\n');

  return {
    ca,
    url,
    manner,
    requestCount: () => count,
    async issue(name, { kind: ownKind = 'ec', isDelegate = false, days = 2 } = {}) {
      const purposes = isDelegate ? 'extendedKeyUsage=OCSPSigning\nnoCheck=yes\n' : '';
      const names = `subjectAltName=DNS:localhost,IP:127.0.0.1\nauthorityInfoAccess=OCSP;URI:${url}\n`;
      await writeFile(at(`${name}.ext`), names + purposes);
      await openssl(`req -subj /CN=${name} ${keyOptions[ownKind]} -keyout ${name}.key -out ${name}.csr`);
      const signing = `-CA ca.pem -CAkey ca.key -CAcreateserial -extfile ${name}.ext`;
      await openssl(`x509 -req -days ${days} -in ${name}.csr ${signing} -out ${name}.pem`);
      return { cert: at(`${name}.pem`), key: at(`${name}.key`) };
    },
    async declare({ cert }, status) {
      const output = await openssl(`x509 -in ${cert} -noout -serial`);
      const serial = /serial=([0-9A-F]+)/.exec(output)?.[1] ?? '';
      const [letter, revokedAt] = status === 'good' ? ['V', ''] : ['R', '250101000000Z'];
      statusByCert.set(serial, `${letter}\t490101000000Z\t${revokedAt}\t${serial}\tunknown\t/CN=${serial}\n`);
      await writeFile(at('index.txt'), [...statusByCert.values()].join(''));
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
