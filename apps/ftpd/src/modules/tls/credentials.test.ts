import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  makeTlsIdentity,
  removeFolder,
  runProgram,
  temporaryFolder,
  type TlsIdentity,
} from '@ftpd/test-services';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configurationOf } from '../../../test/configuration-of.ts';
import { StartError } from '../../start-error.ts';
import { passPhraseProvider } from './certificate-rows.ts';
import { readCredentials, type Credentials } from './credentials.ts';
import { ownTlsFiles } from './tls-files.ts';

let folder: string;
let authority: TlsIdentity;
let intermediate: TlsIdentity;
let rsa: TlsIdentity;
let ec: TlsIdentity;

const at = (name: string): string => join(folder, name);

async function openssl(...words: readonly string[]): Promise<string> {
  const { code, output } = await runProgram('openssl', words, { cwd: folder });
  expect([code, output]).toEqual([0, output]);
  return output;
}

beforeAll(async () => {
  folder = temporaryFolder('credentials-');
  authority = await makeTlsIdentity({ name: 'authority', isAuthority: true });
  intermediate = await makeTlsIdentity({ name: 'intermediate', isAuthority: true, issuer: authority });
  rsa = await makeTlsIdentity({ name: 'rsa', kind: 'rsa', issuer: intermediate });
  ec = await makeTlsIdentity({ name: 'ec', issuer: intermediate });
  const files: Readonly<Record<string, string>> = {
    'rsa.pem': rsa.cert,
    'rsa.key': rsa.key,
    'ec.pem': ec.cert,
    'ec.key': ec.key,
    'both.pem': ec.cert + intermediate.cert + ec.key,
    'chain.pem': intermediate.cert + authority.cert,
    'ca.pem': authority.cert,
    'garbage.pem': '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
    'text.pem': 'nothing\n',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(at(name), text, { mode: 0o600 });
  writeFileSync(at('provider'), '#!/bin/sh\necho "$@" >> "$0.asked"\necho secret\n', { mode: 0o755 });
  writeFileSync(at('wrong'), '#!/bin/sh\necho other\n', { mode: 0o755 });
  writeFileSync(at('mute'), '#!/bin/sh\n', { mode: 0o755 });
  writeFileSync(at('failing'), '#!/bin/sh\necho secret\nexit 3\n', { mode: 0o755 });
  await openssl(
    'rsa',
    '-aes256',
    '-passout',
    'pass:secret',
    '-in',
    'rsa.key',
    '-traditional',
    '-out',
    'old.key',
  );
  await openssl('pkcs8', '-topk8', '-passout', 'pass:secret', '-in', 'ec.key', '-out', 'encrypted.key');
  for (const [name, options] of [
    ['rsa.p12', ['-inkey', 'rsa.key', '-in', 'rsa.pem', '-passout', 'pass:']],
    ['ec.p12', ['-inkey', 'ec.key', '-in', 'ec.pem', '-certfile', 'chain.pem', '-passout', 'pass:secret']],
  ] as const)
    await openssl('pkcs12', '-export', ...options, '-out', name);
}, 60_000);

afterAll(() => removeFolder(folder));

const read = (...lines: readonly string[]): Promise<Credentials> => readAt(Date.now(), ...lines);

async function readAt(nowMs: number, ...lines: readonly string[]): Promise<Credentials> {
  const text = lines.map((line) => line.replaceAll('@', `${folder}/`)).join('\n');
  const configuration = await configurationOf(`ServerName here\nPort 2121\n${text}\n`);
  const [server] = configuration.servers;
  const directives = configuration.scope({ server });
  const provider = directives.first(passPhraseProvider)?.path;
  return readCredentials(
    { name: 'here', directives },
    ownTlsFiles(() => provider),
    nowMs,
  );
}

/** Common names of the certificates that are sent, for each of the server's own. */
const sent = ({ certificates }: Credentials): readonly (readonly string[])[] =>
  certificates.map((text) =>
    text
      .split(/(?<=-----END CERTIFICATE-----\n)/u)
      .filter((block) => block.trim() !== '')
      .map((block) => new X509Certificate(block).subject.replace('CN=', '')),
  );

const fitting = ({ certificates, keys }: Credentials): readonly boolean[] =>
  certificates.map((text, index) =>
    new X509Certificate(text).checkPrivateKey(createPrivateKey(keys[index] ?? '')),
  );

async function refusal(...lines: readonly string[]): Promise<readonly string[]> {
  const error = await read(...lines).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(StartError);
  return (error as StartError).lines.map((line) =>
    line.replaceAll(`${folder}/`, '@').replace(/ on line .*/u, ''),
  );
}

const ecLines = ['TLSECCertificateFile @ec.pem', 'TLSECCertificateKeyFile @ec.key'];
const rsaLines = ['TLSRSACertificateFile @rsa.pem', 'TLSRSACertificateKeyFile @rsa.key'];

describe('what a server shows', () => {
  it.each<[string, readonly string[], readonly (readonly string[])[]]>([
    ['nothing', [], []],
    ['RSA', rsaLines, [['rsa']]],
    ['ECDSA', ecLines, [['ec']]],
    ['both, side by side', [...rsaLines, ...ecLines], [['rsa'], ['ec']]],
    ['key, certificate and chain in one file', ['TLSECCertificateFile @both.pem'], [['ec', 'intermediate']]],
    ['a chain', [...rsaLines, 'TLSCertificateChainFile @chain.pem'], [['rsa', 'intermediate', 'authority']]],
    [
      'a chain that both have',
      [...rsaLines, ...ecLines, 'TLSCertificateChainFile @chain.pem'],
      [
        ['rsa', 'intermediate', 'authority'],
        ['ec', 'intermediate', 'authority'],
      ],
    ],
    ['PKCS#12 with RSA, without a pass phrase', ['TLSPKCS12File @rsa.p12'], [['rsa']]],
    [
      'PKCS#12 with ECDSA and its chain, encrypted',
      ['TLSPKCS12File @ec.p12', 'TLSPassPhraseProvider @provider'],
      [['ec', 'intermediate', 'authority']],
    ],
    [
      'an encrypted key in the old form',
      [
        'TLSRSACertificateFile @rsa.pem',
        'TLSRSACertificateKeyFile @old.key',
        'TLSPassPhraseProvider @provider',
      ],
      [['rsa']],
    ],
    [
      'an encrypted key',
      [
        'TLSECCertificateFile @ec.pem',
        'TLSECCertificateKeyFile @encrypted.key',
        'TLSPassPhraseProvider @provider',
      ],
      [['ec']],
    ],
  ])('is %s', async (_what, lines, names) => {
    const credentials = await read(...lines);
    expect(sent(credentials)).toEqual(names);
    expect(fitting(credentials).every(Boolean)).toBe(true);
    expect(credentials.warnings).toEqual([]);
  });

  it('has certificates and lists of authorities of files and of folders', async () => {
    mkdirSync(at('cas'));
    writeFileSync(at('cas/one.pem'), intermediate.cert);
    writeFileSync(at('cas/other.txt'), 'no certificate');
    const { authorities } = await read('TLSCACertificateFile @ca.pem', 'TLSCACertificatePath @cas');
    expect(authorities.map((text) => new X509Certificate(text).subject)).toEqual([
      'CN=authority',
      'CN=intermediate',
    ]);
  });
});

describe('what is wrong', () => {
  it.each<[readonly string[], readonly string[]]>([
    [
      ['TLSRSACertificateFile @absent', 'TLSRSACertificateKeyFile @rsa.key'],
      ["fatal: TLSRSACertificateFile: '@absent' does not exist or does not contain a certificate"],
    ],
    [
      ['TLSRSACertificateFile @text.pem', 'TLSRSACertificateKeyFile @rsa.key'],
      [
        "fatal: TLSRSACertificateFile: '@text.pem' does not exist or does not contain a certificate (it holds none in PEM)",
      ],
    ],
    [
      ['TLSRSACertificateFile @rsa.pem'],
      ["fatal: TLSRSACertificateFile: unable to use '@rsa.pem': it holds no private key in PEM"],
    ],
    [
      ['TLSRSACertificateFile @rsa.pem', 'TLSRSACertificateKeyFile @absent'],
      ["fatal: TLSRSACertificateKeyFile: unable to use '@absent': No such file or directory"],
    ],
    [
      ['TLSECCertificateFile @ec.pem', 'TLSECCertificateKeyFile @rsa.key'],
      [
        "fatal: TLSECCertificateKeyFile: the key in '@rsa.key' does not belong to the certificate in '@ec.pem'",
      ],
    ],
    [
      ['TLSECCertificateFile @rsa.pem', 'TLSECCertificateKeyFile @rsa.key'],
      ["fatal: TLSECCertificateFile: '@rsa.pem' is a certificate for a key of RSA, not EC"],
    ],
    [
      ['TLSECCertificateFile @ec.pem', 'TLSECCertificateKeyFile @encrypted.key'],
      [
        "fatal: TLSECCertificateKeyFile: unable to use '@encrypted.key': it is encrypted: TLSPassPhraseProvider must name a program that tells its pass phrase",
      ],
    ],
    [
      ['TLSPKCS12File @ec.p12', 'TLSPassPhraseProvider @wrong'],
      ["fatal: TLSPKCS12File: unable to use '@ec.p12': the pass phrase does not open it"],
    ],
    [
      ['TLSPKCS12File @ec.p12', 'TLSPassPhraseProvider @mute'],
      ["fatal: TLSPKCS12File: unable to use '@ec.p12': TLSPassPhraseProvider '@mute' printed no pass phrase"],
    ],
    [
      ['TLSPKCS12File @ec.p12', 'TLSPassPhraseProvider @failing'],
      ["fatal: TLSPKCS12File: unable to use '@ec.p12': TLSPassPhraseProvider '@failing' failed (3)"],
    ],
    [['TLSPKCS12File @absent'], ["fatal: TLSPKCS12File: '@absent' does not exist"]],
    [
      ['TLSCertificateChainFile @text.pem'],
      ["fatal: TLSCertificateChainFile: unable to use '@text.pem': it holds no certificate in PEM"],
    ],
    [['TLSCACertificatePath @absent'], ['fatal: TLSCACertificatePath: parameter must be a directory path']],
    [
      ['TLSCARevocationFile @ca.pem'],
      ["fatal: TLSCARevocationFile: unable to use '@ca.pem': it holds no revocation list in PEM"],
    ],
    [['TLSDHParamFile @absent'], ["fatal: TLSDHParamFile: '@absent' does not exist"]],
  ])('%j', async (lines, expected) => {
    expect(await refusal(...lines)).toEqual(expected);
  });

  it('tells every file that is wrong at once', async () => {
    expect(
      await refusal('TLSRSACertificateFile @a', 'TLSRSACertificateKeyFile @b', 'TLSPKCS12File @c'),
    ).toHaveLength(3);
  });

  it('takes certificates that are none for none', async () => {
    const [line] = await refusal('TLSRSACertificateFile @garbage.pem', 'TLSRSACertificateKeyFile @rsa.key');
    expect(line).toContain("'@garbage.pem' does not exist or does not contain a certificate");
  });

  it.each([
    [
      'a key that everybody may read',
      [...rsaLines.slice(0, 1), 'TLSRSACertificateKeyFile @open.key'],
      'chmod 600 it',
    ],
    ['verification without authorities', [...rsaLines, 'TLSVerifyClient on'], 'no authority is trusted'],
    ['parameters that are none', [...rsaLines, 'TLSDHParamFile @text.pem'], 'those of RFC 7919 are used'],
    ['a key alone', ['TLSRSACertificateKeyFile @rsa.key'], 'names a key without a certificate'],
  ])('warns of %s', async (_what, lines, sentence) => {
    writeFileSync(at('open.key'), rsa.key);
    chmodSync(at('open.key'), 0o644);
    expect((await read(...lines)).warnings).toEqual([expect.stringContaining(sentence)]);
  });

  it('warns of certificates that end soon or have ended, and serves them', async () => {
    const { cert, key } = await makeTlsIdentity({ days: 5 });
    writeFileSync(at('soon.pem'), cert + key, { mode: 0o600 });
    const { warnings, certificates } = await read('TLSECCertificateFile @soon.pem');
    expect(warnings).toEqual([expect.stringMatching(/expires in [45] days/u)]);
    expect(certificates).toHaveLength(1);
    const later = await readAt(Date.now() + 10 * 86_400_000, 'TLSECCertificateFile @soon.pem');
    expect(later.warnings).toEqual([expect.stringContaining('expired at')]);
    const before = await readAt(Date.now() - 86_400_000, 'TLSECCertificateFile @soon.pem');
    expect(before.warnings).toContainEqual(expect.stringContaining('is not valid before'));
  });
});
