import { join } from 'node:path';
import { openDatagramSocket } from '@ftpd/posix';
import {
  removeFolder,
  startDatagramReceiver,
  temporaryFolder,
  until,
  type DatagramReceiver,
} from '@ftpd/test-services';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSyslog, type Syslog } from './syslog.ts';

const waitMs = 20_000;

let folder = '';
let receiver: DatagramReceiver | undefined;
let syslog: Syslog | undefined;

beforeEach(() => {
  folder = temporaryFolder('syslog-');
});

afterEach(async () => {
  syslog?.close();
  await receiver?.stop();
  receiver = undefined;
  removeFolder(folder);
});

const path = (): string => join(folder, 'log');

function opened(): Syslog {
  syslog = createSyslog({ open: () => openDatagramSocket(path()) });
  return syslog;
}

const write = (to: Syslog, text: string): void => to.write({ atMs: 0, level: 'info', pid: 42, text });

const texts = (): readonly string[] =>
  receiver?.messages().map((message) => message.replace(/^<(\d+)>.*?: /, '<$1> ').trimEnd()) ?? [];

async function heard(count: number): Promise<readonly string[]> {
  await until(() => texts().length >= count, waitMs, `${count} messages`);
  return texts();
}

describe('syslog', () => {
  it('never waits for a socket that is full, and tells what was lost', async () => {
    receiver = await startDatagramReceiver(path());
    const log = opened();
    write(log, 'first');
    expect(await heard(1)).toEqual(['<30> first']);
    receiver.pause();
    let sent = 0;
    while (log.lostMessages === 0 && sent < 100_000) {
      write(log, `number ${sent}`);
      sent += 1;
    }
    expect(log.lostMessages).toBe(1);
    write(log, 'lost, too');
    expect(log.lostMessages).toBe(2);
    receiver.resume();
    await heard(sent);
    write(log, 'next');
    expect((await heard(sent + 2)).slice(-2)).toEqual([
      '<28> 2 messages could not be given to syslog before this one',
      '<30> next',
    ]);
    expect(log.lostMessages).toBe(0);
  });

  it('finds one that was not there, and one that was started anew', async () => {
    const log = opened();
    write(log, 'nobody hears it');
    expect(log.lostMessages).toBe(1);
    receiver = await startDatagramReceiver(path());
    write(log, 'second');
    expect(await heard(2)).toEqual([
      '<28> 1 messages could not be given to syslog before this one',
      '<30> second',
    ]);
    await receiver.stop();
    receiver = await startDatagramReceiver(path());
    write(log, 'third');
    expect(await heard(1)).toEqual(['<30> third']);
  });

  it('says once that there is none on this system', () => {
    const reasons: string[] = [];
    const log = createSyslog({
      open: () => openDatagramSocket(''),
      onUnavailable: (reason) => reasons.push(reason),
    });
    for (let count = 0; count < 3; count += 1) write(log, 'text');
    expect(reasons).toEqual([expect.stringContaining('the path is empty')]);
  });
});
