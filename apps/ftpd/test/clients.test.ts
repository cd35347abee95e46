import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { Client } from 'basic-ftp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  BASE_CONFIGURATION,
  makeTree,
  PASSWORD,
  removeFolder,
  runProgram,
  temporaryFolder,
  type TestServer,
} from '@ftpd/test-services';
import { describeBeside } from './beside.ts';
import { servers } from './servers.ts';

const FILES = 1_000;
const USERS = ['lftp-down', 'lftp-up', 'curl', 'ncftp', 'ftplib', 'basic-ftp'] as const;

/** A thousand small files in twenty folders, some with names that need care. */
function manyFiles(): Record<string, string> {
  const names = ['plain.txt', 'with space.txt', 'ümlaut.txt', "quo'te.txt", 'UPPER.TXT'];
  return Object.fromEntries(
    Array.from({ length: FILES }, (_, index) => [
      `dir${index % 20}/${index}-${names[index % names.length]}`,
      `file ${index}\n`.repeat(index % 7),
    ]),
  );
}

/** Every file below a folder with its content. */
function contents(root: string): Record<string, string> {
  const found = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(root, name)).isFile())
    .map((name) => [name, readFileSync(join(root, name), 'utf8')] as const);
  return Object.fromEntries(found);
}

async function run(
  command: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<string> {
  const result = await runProgram(command, args, {
    // Clients turn file names into the character set of their environment, and a bare one has ASCII.
    env: { ...process.env, LC_ALL: 'C.UTF-8', ...env },
    deadlineMs: 60_000,
  });
  expect(result).toMatchObject({ code: 0 });
  return result.output;
}

describeBeside(servers)('clients of $name', ({ start }) => {
  let server: TestServer;
  let local: string;

  beforeAll(async () => {
    local = temporaryFolder('ftpd-clients-');
    server = await start({ config: BASE_CONFIGURATION, users: USERS.map((name) => ({ name })) });
  });

  afterAll(async () => {
    await server?.stop();
    removeFolder(local);
  });

  async function lftp(user: string, ...commands: readonly string[]): Promise<string> {
    const settings = [
      'set cmd:fail-exit yes',
      'set net:max-retries 1',
      'set net:timeout 10',
      'set ftp:ssl-allow no',
    ];
    return run(
      'lftp',
      [
        '-u',
        `${user},${PASSWORD}`,
        '-p',
        String(server.port),
        '-e',
        [...settings, ...commands, 'quit'].join('; '),
        '127.0.0.1',
      ],
      { HOME: local },
    );
  }

  test('lftp mirrors a thousand files down', { timeout: 90_000 }, async () => {
    makeTree(server.home('lftp-down'), manyFiles());
    await lftp('lftp-down', `mirror --parallel=2 / ${local}/down`);
    expect(contents(join(local, 'down'))).toEqual(contents(server.home('lftp-down')));
  });

  test('lftp mirrors a thousand files up', { timeout: 90_000 }, async () => {
    makeTree(join(local, 'up'), manyFiles());
    await lftp('lftp-up', `mirror --reverse --parallel=2 ${local}/up /target`);
    expect(contents(join(server.home('lftp-up'), 'target'))).toEqual(contents(join(local, 'up')));
  });

  test('lftp lists, renames, sets modes and removes', async () => {
    writeFileSync(join(local, 'note'), 'hello');
    const output = await lftp(
      'lftp-up',
      'mkdir -p a/b',
      `put ${local}/note -o a/b/note`,
      'mv a/b/note a/b/noted',
      'chmod 600 a/b/noted',
      'cls -1 a/b',
      'rm -r a',
      'cls -1 -a /',
    );
    expect(output).toContain('a/b/noted');
    expect(readdirSync(server.home('lftp-up'))).not.toContain('a');
  });

  test('curl uploads, resumes, lists, commands and downloads', async () => {
    const url = `ftp://127.0.0.1:${server.port}`;
    const credentials = ['-sS', '--max-time', '20', '-u', `curl:${PASSWORD}`];
    writeFileSync(join(local, 'upload.bin'), Buffer.alloc(200_000, 'curl'));
    await run('curl', [
      ...credentials,
      '--ftp-create-dirs',
      '-T',
      join(local, 'upload.bin'),
      `${url}/in/upload.bin`,
    ]);
    await run('curl', [...credentials, '-o', join(local, 'download.bin'), `${url}/in/upload.bin`]);
    expect(readFileSync(join(local, 'download.bin')).equals(readFileSync(join(local, 'upload.bin')))).toBe(
      true,
    );
    writeFileSync(join(local, 'download.bin'), Buffer.alloc(100_000, 'curl'));
    await run('curl', [...credentials, '-C', '-', '-o', join(local, 'download.bin'), `${url}/in/upload.bin`]);
    expect(readFileSync(join(local, 'download.bin')).equals(readFileSync(join(local, 'upload.bin')))).toBe(
      true,
    );
    expect(await run('curl', [...credentials, '-r', '4-7', `${url}/in/upload.bin`])).toBe('curl');
    expect(await run('curl', [...credentials, '--list-only', `${url}/in/`])).toBe(
      'upload.bin\r\n'.replace('\r', ''),
    );
    expect(await run('curl', [...credentials, '-P', '-', `${url}/in/`])).toMatch(/ 200000 .* upload\.bin/);
    expect(await run('curl', [...credentials, '-I', `${url}/in/upload.bin`])).toMatch(
      /Content-Length: 200000/,
    );
    await run('curl', [...credentials, '-Q', 'DELE /in/upload.bin', '-Q', 'RMD /in', `${url}/`]);
    expect(readdirSync(server.home('curl'))).toEqual([]);
  });

  test('curl reports a wrong password and a missing file by its exit code', async () => {
    const url = `ftp://127.0.0.1:${server.port}/nosuch`;
    const wrong = await runProgram('curl', ['-sS', '-u', 'curl:wrong', url]);
    const missing = await runProgram('curl', ['-sS', '-u', `curl:${PASSWORD}`, url]);
    expect([wrong.code, missing.code]).toEqual([67, 78]);
  });

  test('ncftpput, ncftpls and ncftpget carry a tree there and back', async () => {
    const where = ['-u', 'ncftp', '-p', PASSWORD, '-P', String(server.port)];
    const env = { HOME: local };
    makeTree(join(local, 'tree'), { 'one.txt': 'one\n', 'deep/two.txt': 'two\n' });
    await run('ncftpput', [...where, '-R', '127.0.0.1', '/', join(local, 'tree')], env);
    expect(contents(join(server.home('ncftp'), 'tree'))).toEqual(contents(join(local, 'tree')));
    const listing = await run('ncftpls', [...where, '-1', `ftp://127.0.0.1/tree/`], env);
    expect(
      listing
        .split('\n')
        .filter((line) => line !== '')
        .toSorted(),
    ).toEqual(['deep', 'one.txt']);
    mkdirSync(join(local, 'back'));
    await run('ncftpget', [...where, '-R', '127.0.0.1', join(local, 'back'), '/tree'], env);
    expect(contents(join(local, 'back', 'tree'))).toEqual(contents(join(local, 'tree')));
  });

  test("Python's ftplib does its common operations", async () => {
    const script = `
import ftplib, io, sys
ftp = ftplib.FTP(timeout=15)
ftp.connect('127.0.0.1', int(sys.argv[1]))
ftp.login('ftplib', sys.argv[2])
for passive in (True, False):
    ftp.set_pasv(passive)
    ftp.mkd('dir'); ftp.cwd('dir')
    assert ftp.pwd() == '/dir', ftp.pwd()
    ftp.storbinary('STOR a.bin', io.BytesIO(bytes(range(256)) * 100))
    got = io.BytesIO(); ftp.retrbinary('RETR a.bin', got.write)
    assert got.getvalue() == bytes(range(256)) * 100
    got = io.BytesIO(); ftp.retrbinary('RETR a.bin', got.write, rest=25000)
    assert len(got.getvalue()) == 600
    assert ftp.size('a.bin') == 25600
    ftp.storlines('STOR b.txt', io.BytesIO(b'one\\ntwo\\n'))
    lines = []; ftp.retrlines('RETR b.txt', lines.append)
    assert lines == ['one', 'two'], lines
    assert sorted(ftp.nlst()) == ['a.bin', 'b.txt'], ftp.nlst()
    facts = {name: fact for name, fact in ftp.mlsd()}
    assert facts['a.bin']['size'] == '25600' and facts['a.bin']['type'] == 'file', facts
    lines = []; ftp.dir(lines.append)
    assert len(lines) == 2, lines
    ftp.rename('b.txt', 'c.txt'); ftp.delete('c.txt'); ftp.delete('a.bin')
    try: ftp.size('gone')
    except ftplib.error_perm as error: assert str(error).startswith('550'), error
    else: raise AssertionError('a missing file has a size')
    ftp.cwd('..'); ftp.rmd('dir')
print(ftp.quit())
`;
    expect(await run('python3', ['-c', script, String(server.port), PASSWORD])).toMatch(/^221/);
  });

  test('basic-ftp does its common operations', async () => {
    const client = new Client(15_000);
    const received: Buffer[] = [];
    const sink = new Writable({
      write(chunk: Buffer, _encoding, done) {
        received.push(chunk);
        done();
      },
    });
    try {
      await client.access({ host: '127.0.0.1', port: server.port, user: 'basic-ftp', password: PASSWORD });
      await client.ensureDir('/a/b');
      await client.uploadFrom(Readable.from([Buffer.from('hello '), Buffer.from('world')]), 'x.txt');
      await client.appendFrom(Readable.from([Buffer.from('!')]), 'y.txt');
      expect(await client.pwd()).toBe('/a/b');
      expect(await client.size('x.txt')).toBe(11);
      const listed = (await client.list()).map(({ name, size, isFile }) => [name, { size, isFile }]);
      expect(Object.fromEntries(listed)).toEqual({
        'x.txt': { size: 11, isFile: true },
        'y.txt': { size: 1, isFile: true },
      });
      await client.rename('x.txt', 'z.txt');
      await client.downloadTo(sink, 'z.txt', 6);
      expect(Buffer.concat(received).toString()).toBe('world');
      expect((await client.features()).has('MLST')).toBe(true);
      await client.cd('/');
      await client.downloadToDir(join(local, 'basic'));
      expect(contents(join(local, 'basic'))).toEqual({ 'a/b/y.txt': '!', 'a/b/z.txt': 'hello world' });
      await client.removeDir('/a');
      expect(await client.list('/')).toEqual([]);
    } finally {
      client.close();
    }
  });
});
