import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, chmodSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));

interface Sample {
  readonly daemon: ChildProcess;
  /** The lines for a shell that it printed. */
  readonly lines: readonly string[];
}

let folder: string;
let holder: Server;
let port: number;
let running: ChildProcess | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ftpd-start-'));
  chmodSync(folder, 0o755);
  holder = createServer();
  await once(holder.listen(0, '127.0.0.1'), 'listening');
  ({ port } = holder.address() as AddressInfo);
});

afterEach(() => {
  holder.close();
  running?.kill('SIGKILL');
  running = undefined;
  rmSync(folder, { recursive: true, force: true });
});

function spawnStart(...args: readonly string[]): ChildProcess {
  const env = {
    ...process.env,
    FTPD_STATE: join(folder, 'state'),
    FTPD_PORT: String(port),
    INIT_CWD: folder,
  };
  return spawn(process.execPath, ['tools/workspace/run.js', 'start', ...args], { cwd: root, env });
}

async function output(child: ChildProcess): Promise<{ code: number | null; text: string }> {
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, text };
}

function isListening(): boolean {
  return spawnSync('curl', ['-s', '--max-time', '2', `ftp://127.0.0.1:${port}/`]).status !== 7;
}

async function startSample(): Promise<Sample> {
  const daemon = spawnStart();
  running = daemon;
  let text = '';
  daemon.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  daemon.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const deadline = Date.now() + 100_000;
  while (!(text.includes('Try, in another window') && isListening())) {
    if (daemon.exitCode !== null || Date.now() > deadline)
      throw new Error(`npm start did not come up: ${text}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { daemon, lines: text.split('\n').filter((line) => /^ {2}(lftp|curl|\S*ftpdctl) /.test(line)) };
}

async function end({ daemon }: Sample): Promise<number | null> {
  const closed = once(daemon, 'close') as Promise<[number | null]>;
  daemon.kill('SIGINT');
  const [code] = await closed;
  return code;
}

describe('npm start', { timeout: 120_000 }, () => {
  it('prints lines that work as they are pasted, ends with Ctrl-C, and keeps the account for the next start', async () => {
    holder.close();
    const sample = await startSample();
    expect(sample.lines).toHaveLength(8);
    for (const line of sample.lines) {
      const { status, stderr } = spawnSync('sh', ['-c', line], {
        cwd: root,
        input: 'bye\n',
        encoding: 'utf8',
      });
      expect({ line, status, stderr: status === 0 ? '' : stderr }).toEqual({ line, status: 0, stderr: '' });
    }
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    expect(readFileSync(join(folder, 'state/home/README.md'), 'utf8')).toBe(readme);
    expect(await end(sample)).toBe(0);

    const again = await startSample();
    expect(again.lines).toEqual(sample.lines);
    expect(await end(again)).toBe(0);
  });

  it('says in a sentence that the port is in use', async () => {
    expect(await output(spawnStart())).toEqual({
      code: 1,
      text: `127.0.0.1:${port} is in use, perhaps by another npm start: end it, or take another port with FTPD_PORT=2122 npm start.\n`,
    });
  });

  it("takes the caller's arguments instead of the sample, with file names as the caller sees them", async () => {
    const { code, text } = await output(spawnStart('-t', '-c', 'not-there.conf'));
    expect(code).not.toBe(0);
    expect(text).toContain('not-there.conf');
    expect(text).not.toContain('Try, in another window');
  });
});
