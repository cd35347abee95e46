import { afterEach, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from './start-server.ts';

let server: TestServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function traced(): Promise<{ readonly server: TestServer; readonly lines: string[] }> {
  const lines: string[] = [];
  server = await startServer({
    files: { '/a': 'hello' },
    trace: (channel, level, text, session) =>
      lines.push(`${channel}:${level} ${session?.user ?? '-'} ${text()}`),
  });
  return { server, lines };
}

describe('the trace of a session', () => {
  it('tells commands and replies', async () => {
    const { server, lines } = await traced();
    const client = await server.login();
    await client.ask('NOOP', 200);
    expect(lines).toContain("command:7 demo dispatching CMD command 'NOOP'");
    expect(lines).toContain('response:1 demo 200 NOOP command successful');
    client.destroy();
  });

  it('never tells a password', async () => {
    const { server, lines } = await traced();
    const client = await server.connect();
    await client.ask('USER demo', 331);
    await client.ask('PASS hunter2', 530);
    expect(lines).toContain("command:7 demo dispatching CMD command 'PASS (hidden)'");
    expect(lines.join('\n')).not.toContain('hunter2');
    client.destroy();
  });

  it('tells what the file system refused, and to whom', async () => {
    const { server, lines } = await traced();
    const client = await server.login();
    await client.ask('DELE nothing', 550);
    expect(lines).toContain(
      "fileperms:1 demo DELE, user 'demo' (UID 0, GID 0): error with 'nothing': No such file or directory",
    );
    client.destroy();
  });
});
