import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BASE_CONFIGURATION, ControlClient, startProftpd, type TestServer } from '@ftpd/test-services';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRunFixture } from './run-fixture.ts';

const { folder, home, run } = createRunFixture();
let server: TestServer;
let ids: readonly string[];

beforeAll(async () => {
  server = await startProftpd({ config: BASE_CONFIGURATION, users: [{ name: 'first' }] });
  writeFileSync(join(home, 'file'), '');
  ids =
    server.kind === 'proftpd' && process.getuid?.() === 0
      ? ['--uid=65534', '--gid=65534']
      : ['--uid=0', '--gid=0'];
});
afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true });
});

const edit = (...argv: string[]) => [
  '--passwd',
  `--file=${join(server.folder, 'passwd')}`,
  '--stdin',
  ...argv,
];

async function replyToLogin(user: string, password: string): Promise<number> {
  const client = await ControlClient.connect({ port: server.port });
  try {
    await client.expect(220);
    await client.ask(`USER ${user}`, 331);
    return (await client.ask(`PASS ${password}`)).code;
  } finally {
    client.destroy();
  }
}

describe('ProFTPD', () => {
  it.each(['des', 'md5', 'sha256', 'sha512', 'bcrypt'])(
    'lets a user in whom ftpasswd made with --%s',
    async (scheme) => {
      const made = await run(
        edit(`--name=${scheme}`, ...ids, `--home=${server.home('first')}`, '--shell=/bin/sh', `--${scheme}`),
        'päss wörd',
      );
      expect(made).toMatchObject({ code: 0 });
      expect([await replyToLogin(scheme, 'päss wörd'), await replyToLogin(scheme, 'other')]).toEqual([
        230, 530,
      ]);
    },
  );

  it('follows lock, unlock, a changed password and a deletion', async () => {
    await run(edit('--name=eve', ...ids, `--home=${server.home('first')}`, '--shell=/bin/sh'), 'one');
    const replies: number[] = [];
    for (const [option, password] of [
      ['--lock', 'one'],
      ['--unlock', 'one'],
      ['--change-password', 'two'],
      ['--delete-user', 'two'],
    ] as const) {
      expect(await run(edit('--name=eve', option), password)).toMatchObject({ code: 0 });
      replies.push(await replyToLogin('eve', password));
    }
    expect(replies).toEqual([530, 230, 230, 530]);
  });
});
