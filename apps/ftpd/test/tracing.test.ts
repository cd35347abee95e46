import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import {
  BASE_CONFIGURATION,
  ControlClient,
  PASSWORD,
  startFtpd,
  until,
  type TestServer,
} from '@ftpd/test-services';

let server: TestServer | undefined;

afterEach(async () => {
  await server?.stop();
  server = undefined;
});

async function started(trace: string): Promise<TestServer> {
  server = await startFtpd({
    config: `TraceLog %{env:FTPD_TEST_FOLDER}/log/trace.log\n${trace}\n${BASE_CONFIGURATION}`,
    users: [{ name: 'u1' }, { name: 'u2' }],
    files: { 'log/': { mode: 0o775 } },
  });
  return server;
}

const traced = ({ folder }: TestServer): string => readFileSync(join(folder, 'log/trace.log'), 'utf8');

async function session({ port }: TestServer, user = 'u1'): Promise<void> {
  const client = await ControlClient.login({ port, user, password: PASSWORD });
  await client.ask('DELE nothing', 550);
  await client.ask('QUIT', 221);
}

async function told(of: TestServer, text: string): Promise<void> {
  await until(() => traced(of).includes(text), 10_000, `'${text}' in TraceLog`);
}

describe('TraceLog', () => {
  it('tells of a session what the channels have, without the password', async () => {
    const running = await started('Trace DEFAULT:10 fileperms:1');
    await session(running);
    await told(running, '<response:1>: 221 ');
    const text = traced(running);
    expect(text).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} \[\d+\] <config:7>: directive /);
    expect(text).toContain(`<binding:4>: bound address`);
    expect(text).toContain("<command:7>: dispatching CMD command 'USER u1'");
    expect(text).toContain("<auth:5>: module mod_auth_file answered for 'u1': accepted");
    expect(text).toContain("<fileperms:1>: DELE, user 'u1' (UID ");
    expect(text).not.toContain(`PASS ${PASSWORD}`);
    for (const line of text.trimEnd().split('\n'))
      expect(line).toMatch(/^[-\d]+ [\d:,]+ \[\d+\] <\w+:\d+>: /);
  });

  it('tells nothing of channels at level 0, and only the levels that are wanted', async () => {
    const running = await started('Trace DEFAULT:10 config:0 command:8-9 auth:0 binding:0 event:0');
    await session(running);
    await told(running, '<response:1>: 221 ');
    expect(new Set(traced(running).match(/<\w+:\d+>/g))).toEqual(new Set(['<response:1>', '<command:8>']));
  });

  it('follows what SIGHUP brings, for sessions from then on', async () => {
    const running = await started('Include %{env:FTPD_TEST_FOLDER}/t*.conf\nTrace response:1');
    await session(running);
    await told(running, '<response:1>: 221 ');
    expect(traced(running)).not.toContain('<command:');
    writeFileSync(join(running.folder, 't.conf'), 'Trace command:7\n', { mode: 0o644 });
    process.kill(running.process.pid, 'SIGHUP');
    await until(
      () => running.process.output().includes('the new configuration is in force'),
      10_000,
      'reload',
    );
    await session(running);
    await told(running, "<command:7>: dispatching CMD command 'QUIT'");
  });

  it('tells more of one user', async () => {
    const running = await started('<IfUser u2>\nTrace session command:7\n</IfUser>\nTrace response:1');
    await session(running);
    await session(running, 'u2');
    await told(running, "<command:7>: dispatching CMD command 'QUIT'");
    expect(traced(running).match(/<command:7>: dispatching CMD command 'QUIT'/g)).toHaveLength(1);
  });

  it('keeps the daemon from starting in a folder that all may write to', async () => {
    await expect(
      startFtpd({ config: `TraceLog /tmp/ftpd-trace.log\n${BASE_CONFIGURATION}` }),
    ).rejects.toThrow(/TraceLog '\/tmp\/ftpd-trace\.log': .*world-writable directory/);
  });
});
