import { mkdirSync, readFileSync, renameSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { SessionView } from '@ftpd/server';
import { removeFolder, temporaryFolder } from '@ftpd/test-services';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StartError } from '../start-error.ts';
import { applyRules, type TraceLevels } from './levels.ts';
import { defaultTraceFormat } from './trace-line.ts';
import { createTraceLog, type TraceLog, type TraceSettings } from './trace-log.ts';

let folder: string;
let log: TraceLog;

beforeEach(() => {
  folder = temporaryFolder('trace-');
  log = createTraceLog({ onError: () => {}, now: () => new Date(2026, 10, 22, 11, 0, 0, 7).getTime() });
});

afterEach(() => {
  log.close();
  removeFolder(folder);
});

const file = (): string => join(folder, 'trace.log');
const levels = (channel: string, min: number, max: number): TraceLevels =>
  applyRules([{ channel, levels: { min, max }, isForSessions: false }]);

const settings = (changes: Partial<TraceSettings> = {}): TraceSettings => ({
  file: file(),
  allowsSymlink: false,
  format: defaultTraceFormat,
  levels: levels('auth', 1, 10),
  ceiling: 10,
  ...changes,
});

function written(path = file()): string {
  log.close();
  return readFileSync(path, 'utf8');
}

const session = { remoteAddress: '192.0.2.1', localAddress: '192.0.2.9', localPort: 21 } as SessionView;
const never = (): string => expect.unreachable('the text was asked for');

describe('the trace log', () => {
  it('writes lines as ProFTPD does', () => {
    log.configure(settings());
    log.trace('auth', 6, () => 'dispatching');
    expect(written()).toBe(`2026-11-22 11:00:00,007 [${process.pid}] <auth:6>: dispatching\n`);
    expect(statSync(file()).mode & 0o777).toBe(0o640);
  });

  it.each([
    [{ showsTime: false }, `[${process.pid}] <auth:1>: x\n`],
    [{ showsMilliseconds: false }, `2026-11-22 11:00:00 [${process.pid}] <auth:1>: x\n`],
    [
      { showsAddresses: true },
      `2026-11-22 11:00:00,007 [${process.pid}] (client 192.0.2.1, server 192.0.2.9:21) <auth:1>: x\n`,
    ],
  ])('follows TraceOptions: %j', (format, line) => {
    log.configure(settings({ format: { ...defaultTraceFormat, ...format } }));
    log.trace('auth', 1, () => 'x', session);
    expect(written()).toBe(line);
  });

  it('asks for no text that it does not write', () => {
    log.trace('auth', 1, never);
    log.configure(settings({ levels: levels('auth', 3, 5) }));
    log.trace('auth', 2, never);
    log.trace('auth', 6, never);
    log.trace('auth', 11, never);
    log.trace('other', 4, never);
    const { file: _file, ...unnamed } = settings();
    log.configure(unnamed);
    log.trace('auth', 1, never);
    expect(readFileSync(file(), 'utf8')).toBe('');
  });

  it('lets no client write lines of its own', () => {
    log.configure(settings());
    log.trace('auth', 1, () => 'USER x\r\n2026 [1] <auth:1>: forged \u001b[2J');
    expect(written().split('\n')).toHaveLength(2);
    expect(readFileSync(file(), 'utf8')).toContain('USER x\\x0d\\x0a2026');
  });

  it('tells of one session what it does not tell of others', () => {
    const ofAlice = levels('data', 1, 9);
    log.configure(
      settings({ levelsOf: (view) => (view.remoteAddress === '192.0.2.1' ? ofAlice : new Map()) }),
    );
    log.trace('data', 4, () => 'seen', session);
    log.trace('data', 4, never, { ...session, remoteAddress: '192.0.2.2' });
    log.trace('data', 4, never);
    expect(written()).toContain('seen');
  });

  it('goes on in a new file after the old one was moved away and the configuration read again', () => {
    log.configure(settings());
    log.trace('auth', 1, () => 'first');
    renameSync(file(), join(folder, 'old'));
    log.configure(settings());
    log.trace('auth', 1, () => 'second');
    expect(written()).toContain('second');
    expect(readFileSync(join(folder, 'old'), 'utf8')).toContain('first');
  });

  it('is not written through a link, nor into a folder that all may write to, and keeps what it had', () => {
    log.configure(settings());
    symlinkSync(file(), join(folder, 'link'));
    mkdirSync(join(folder, 'open'));
    expect(() => log.configure(settings({ file: join(folder, 'link') }))).toThrow(StartError);
    log.trace('auth', 1, () => 'still here');
    expect(written()).toContain('still here');
  });
});

describe('tracing that is off', () => {
  it('costs less than a microsecond a message', () => {
    const calls = 1_000_000;
    const start = process.cpuUsage();
    for (let call = 0; call < calls; call += 1) log.trace('command', 7, () => `text ${call}`);
    const { user, system } = process.cpuUsage(start);
    expect((user + system) / calls).toBeLessThan(1);
  });
});
