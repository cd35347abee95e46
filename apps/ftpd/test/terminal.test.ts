import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  ControlClient,
  freePort,
  ftpdCommand,
  removeFolder,
  servingIdentity,
  temporaryFolder,
  until,
} from '@ftpd/test-services';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const { isRoot } = servingIdentity();
const modes = isRoot
  ? [
      { name: 'as one process', options: ['--unprivileged'] },
      { name: 'with a keeper', options: [] },
    ]
  : [{ name: 'as one process', options: [] }];

let folder = '';

beforeEach(() => {
  folder = temporaryFolder('terminal-');
});

afterEach(() => removeFolder(folder));

/** Processor time of a process so far, in clock ticks. */
function ticksOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? [];
  return Number(fields[11]) + Number(fields[12]);
}

async function greeted(port: number): Promise<true> {
  const client = await ControlClient.connect({ port });
  try {
    await client.expect(220);
    await client.ask('QUIT', 221);
    return true;
  } finally {
    client.destroy();
  }
}

describe.each(modes)('a daemon in the foreground, $name', ({ options }) => {
  it('serves on and ends at SIGTERM when nobody reads what it says any more', async () => {
    const port = await freePort();
    const config = join(folder, 'server.conf');
    writeFileSync(
      config,
      [
        `Port ${port}`,
        'UseReverseDNS off',
        ...(isRoot ? ['User nobody', 'Group nogroup'] : []),
        `PidFile ${folder}/pid`,
        `ScoreboardFile ${folder}/scoreboard`,
        '',
      ].join('\n'),
    );
    const { file, args } = ftpdCommand();
    const daemon = spawn(file, [...args, '-n', '-d', '5', '-c', config, ...options], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = once(daemon, 'exit');
    try {
      daemon.stdout.resume();
      daemon.stderr.resume();
      await until(() => greeted(port), 20_000, 'greeting');
      daemon.stdout.destroy();
      daemon.stderr.destroy();
      const before = ticksOf(daemon.pid ?? 0);
      for (let number = 0; number < 5; number += 1) await greeted(port);
      // A daemon that logs that it can't log, and so on, uses all the time there is.
      expect(ticksOf(daemon.pid ?? 0) - before).toBeLessThan(200);
      daemon.kill('SIGTERM');
      expect(await ended).toEqual([0, null]);
    } finally {
      daemon.kill('SIGKILL');
    }
  });
});
