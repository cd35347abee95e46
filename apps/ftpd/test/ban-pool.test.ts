import { ControlClient, PASSWORD, type TestServer } from '@ftpd/test-services';
import { afterAll, beforeAll, describe, test } from 'vitest';
import {
  attempt,
  converse,
  poolStores,
  startPool,
  stopPool,
  type Attempt,
  type PoolNode,
  type PoolStore,
} from './bans/pool.ts';
import { describeBeside } from './beside.ts';
import { ownCtl, socketOf } from './ctl.ts';

const patience = { timeout: 15_000 };
const makers = ['proftpd', 'ours', 'other'] as const;

/** Each ban has clients of its own: the maker's number and what is banned. */
const addressOf = (maker: number, what: number): string => `127.0.${40 + maker}.${what}`;
const innocent = '127.0.49.1';
/** Above what any other test logs a user in. */
const loginLimit = 5;

interface BanCase {
  readonly type: string;
  /** Brings the ban about on one node. */
  readonly make: (server: TestServer, maker: number) => Promise<void>;
  readonly banned: (maker: number) => Attempt;
  readonly told: (maker: number) => string;
  /** Who is like the banned one, but isn't. */
  readonly free: (maker: number, node: number) => Attempt;
}

const logIn = async (server: TestServer, address: string, user: string): Promise<ControlClient> =>
  await ControlClient.login({
    port: server.port,
    localAddress: address,
    user,
    password: PASSWORD,
    deadlineMs: 15_000,
  });

const cases: readonly BanCase[] = [
  {
    type: 'host',
    make: async (server, maker) => await converse(server, addressOf(maker, 1), 'FOO', 'FOO'),
    banned: (maker) => ({ address: addressOf(maker, 1) }),
    told: (maker) => `530 host a=${addressOf(maker, 1)}`,
    free: (maker) => ({ address: addressOf(maker, 99) }),
  },
  {
    type: 'user',
    async make(server, maker) {
      for (let count = 0; count < loginLimit; count += 1)
        await attempt(server, { address: innocent, user: `often${maker}` });
    },
    banned: (maker) => ({ address: addressOf(maker, 2), user: `often${maker}` }),
    told: (maker) => `530 user u=often${maker}`,
    free: (maker, node) => ({ address: innocent, user: `calm${maker}${node}` }),
  },
  {
    type: 'class',
    async make(server, maker) {
      const first = await logIn(server, addressOf(maker, 3), `first${maker}`);
      await attempt(server, { address: addressOf(maker, 3), user: `second${maker}` });
      first.destroy();
    },
    banned: (maker) => ({ address: addressOf(maker, 4) }),
    told: (maker) => `530 class c=class${maker}`,
    free: (maker) => ({ address: addressOf(maker, 99) }),
  },
  {
    type: 'user@host',
    make: async (server, maker) =>
      await converse(
        server,
        addressOf(maker, 5),
        ...[1, 2].flatMap(() => [`USER wrong${maker}`, 'PASS wrong']),
      ),
    banned: (maker) => ({ address: addressOf(maker, 5), user: `wrong${maker}` }),
    told: (maker) => `530 userhost u=wrong${maker}`,
    free: (maker) => ({ address: addressOf(maker, 6), user: `wrong${maker}` }),
  },
];

const rules = `
BanOnEvent UnhandledCommand 2/00:10:00 00:10:00 "host a=%a"
BanOnEvent LoginRate ${loginLimit}/00:10:00 00:10:00 "user u=%u"
BanOnEvent MaxClientsPerClass 1/00:10:00 00:10:00 "class c=%c"
BanOnEvent MaxLoginAttemptsFromUser 1/00:10:00 00:10:00 "userhost u=%u"
BanOnEvent EmptyPassword 1/00:10:00 00:00:12 "short a=%a"
MaxLoginAttempts 2
AllowEmptyPasswords off
${makers
  .map(
    (_, maker) => `<Class class${maker}>
  From ${addressOf(maker, 3)} ${addressOf(maker, 4)}
</Class>
MaxClientsPerClass class${maker} 1`,
  )
  .join('\n')}
`;

describeBeside(poolStores)('a pool of one ProFTPD and two of ours over %s', ([, start]) => {
  let store: PoolStore;
  let nodes: readonly PoolNode[];

  beforeAll(async () => {
    store = await start();
    const names = makers.flatMap((_, maker) => [
      ...['often', 'first', 'second', 'wrong'].map((name) => `${name}${maker}`),
      ...makers.map((_name, node) => `calm${maker}${node}`),
    ]);
    nodes = await startPool(`${store.directives}\n${rules}`, [
      ...names,
      'empty',
      'many1',
      'many500',
      'many999',
    ]);
  }, 60_000);

  afterAll(async () => {
    await stopPool(nodes ?? []);
    await store?.stop();
  });

  const nodeAt = (index: number): TestServer => (nodes[index] as PoolNode).server;

  describe.each(cases)('a ban of a $type', ({ make, banned, told, free }) => {
    test.for(makers.map((name, maker) => ({ name, maker })))(
      'that $name made is enforced on all, with its message, and on nobody else',
      async ({ maker }, { expect }) => {
        await make(nodeAt(maker), maker);
        for (const [node, { server }] of nodes.entries()) {
          await expect.poll(async () => await attempt(server, banned(maker)), patience).toBe(told(maker));
          expect(await attempt(server, free(maker, node))).toMatch(/^(220|230) /);
        }
      },
    );
  });

  test(
    'a ban ends everywhere when its time is over',
    { timeout: 60_000, concurrent: true },
    async ({ expect }) => {
      const addresses = makers.map((_, maker) => addressOf(maker, 7));
      const everywhere = async (): Promise<readonly string[]> =>
        await Promise.all(
          addresses.flatMap((address) =>
            nodes.map(async ({ server }) => (await attempt(server, { address })).slice(0, 9)),
          ),
        );
      await Promise.all(
        addresses.map(
          async (address, maker) => await converse(nodeAt(maker), address, 'USER empty', 'PASS '),
        ),
      );
      await expect.poll(everywhere, patience).toEqual(Array.from({ length: 9 }, () => '530 short'));
      await expect
        .poll(async () => (await everywhere()).map((line) => line.slice(0, 3)), { timeout: 40_000 })
        .toEqual(Array.from({ length: 9 }, () => '220'));
    },
  );

  test(
    'a thousand bans that ftpdctl made on one of ours hold on all',
    { timeout: 60_000, concurrent: true },
    async ({ expect }) => {
      const names = Array.from({ length: 1000 }, (_, number) => `many${number}`);
      const { lines } = await ownCtl(socketOf(nodeAt(1)), 'ban', 'user', ...names);
      expect(lines).toHaveLength(1000);
      for (const { server } of nodes)
        for (const user of ['many1', 'many500', 'many999']) {
          const attempted = async (): Promise<string> => await attempt(server, { address: innocent, user });
          await expect.poll(attempted, patience).toBe('530 made here');
        }
      expect((await ownCtl(socketOf(nodeAt(2)), 'permit', 'user', 'many500')).lines).toEqual([
        "user 'many500' permitted",
      ]);
      for (const { server } of nodes) {
        const attempted = async (): Promise<string> =>
          await attempt(server, { address: innocent, user: 'many500' });
        await expect.poll(attempted, patience).toMatch(/^230 /);
      }
    },
  );
});
