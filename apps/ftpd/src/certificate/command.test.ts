import { X509Certificate, createPrivateKey } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ftpdCommand, removeFolder, runProgram, temporaryFolder } from '@ftpd/test-services';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let folder: string;

beforeEach(() => {
  folder = temporaryFolder('certificate-');
});

afterEach(() => removeFolder(folder));

async function certificate(...words: readonly string[]) {
  const { file, args } = ftpdCommand();
  return runProgram(file, [...args, 'certificate', ...words], { cwd: folder });
}

const at = (name: string): string => join(folder, name);

describe('ftpd certificate', () => {
  it('self-signed makes a key that only its owner may read, and a certificate for all names', async () => {
    const { code, output } = await certificate('self-signed', 'ftp.example.org', '127.0.0.1', '::1');
    expect([code, output]).toEqual([0, expect.stringContaining('for 365 days')]);
    expect(statSync(at('ftp.example.org.key')).mode & 0o777).toBe(0o600);
    const made = new X509Certificate(readFileSync(at('ftp.example.org.pem')));
    expect(made.checkPrivateKey(createPrivateKey(readFileSync(at('ftp.example.org.key'))))).toBe(true);
    expect(made.verify(made.publicKey)).toBe(true);
    expect(made.subject).toBe('CN=ftp.example.org');
    expect(made.checkHost('ftp.example.org')).toBe('ftp.example.org');
    expect([made.checkIP('127.0.0.1'), made.checkIP('::1')]).toEqual(['127.0.0.1', '::1']);
    expect(made.ca).toBe(false);
  });

  it('request makes what openssl takes for a request of these names, with a key that is there', async () => {
    await certificate('self-signed', 'a.example.org', '--key', 'a.key', '--out', 'a.pem');
    const key = readFileSync(at('a.key'), 'utf8');
    const { code, output } = await certificate('request', '*.example.org', 'b.example.org', '--key', 'a.key');
    expect([code, output]).toEqual([0, expect.stringContaining('key: a.key (was there)')]);
    expect(readFileSync(at('a.key'), 'utf8')).toBe(key);
    const shown = await runProgram('openssl', [
      'req',
      '-in',
      at('example.org.csr'),
      '-noout',
      '-text',
      '-verify',
    ]);
    expect(shown.output).toMatch(/verify OK/iu);
    expect(shown.output).toContain('DNS:*.example.org, DNS:b.example.org');
  });

  it('writes over nothing, and leaves no key behind', async () => {
    writeFileSync(at('x.pem'), 'mine');
    const { code, output } = await certificate('self-signed', 'x');
    expect([code, output]).toEqual([1, expect.stringContaining('EEXIST')]);
    expect(readFileSync(at('x.pem'), 'utf8')).toBe('mine');
    expect(existsSync(at('x.key'))).toBe(false);
  });

  it('does not use a file that is no key', async () => {
    writeFileSync(at('x.key'), 'mine');
    const { code, output } = await certificate('request', 'x');
    expect([code, output]).toEqual([1, expect.stringContaining("'x.key' can't be used")]);
  });

  it.each([
    [['request'], 'usage: ftpd certificate request'],
    [['other', 'x'], 'usage: ftpd certificate request'],
    [['request', 'a b'], "'a b' is no name of a host and no address"],
    [['request', 'x', '--bits', '512'], "'512' is not a number from 2048 to 4096"],
    [['self-signed', 'x', '--days', '9999'], "'9999' is not a number from 1 to 3650"],
    [['request', 'x', '--what'], "Unknown option '--what'"],
  ])('refuses %j', async (words, sentence) => {
    const { code, output } = await certificate(...words);
    expect([code, output]).toEqual([1, expect.stringContaining(sentence)]);
  });
});
