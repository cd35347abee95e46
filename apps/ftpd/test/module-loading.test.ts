import { appendFileSync, chmodSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { BASE_CONFIGURATION, ControlClient, startFtpd, type TestServer } from '@ftpd/test-services';
import { fooDriver, moduleFolder, noopModule, type TestPackage } from './module-packages/index.ts';

const ends: (() => Promise<unknown> | void)[] = [];

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const end of ends.splice(0).reverse()) await end();
});

interface Started {
  readonly server: TestServer;
  readonly modules: string;
}

/** Lines that load something stand before those that use it. */
async function started(lines: readonly string[], packages: readonly TestPackage[]): Promise<Started> {
  const modules = moduleFolder(packages);
  ends.push(modules.remove);
  vi.stubEnv('FTPD_TEST_MODULES', modules.path);
  const base = BASE_CONFIGURATION.replace('/usr/lib/proftpd', '%{env:FTPD_TEST_MODULES}');
  const server = await startFtpd({ config: [base, ...lines].join('\n') });
  ends.push(() => server.stop());
  return { server, modules: modules.path };
}

describe('LoadModule of a package', () => {
  it('brings directives, hooks and a cache driver in', async () => {
    const { server } = await started(
      [
        'LoadModule @acme/ftpd-cache-foo',
        'LoadModule ftpd-mod-noop',
        'CacheBackend Pool foo://host/x size=3',
        '<IfModule ftpd-mod-noop>',
        'NoopCache pool',
        '</IfModule>',
      ],
      [fooDriver, noopModule],
    );
    const client = await ControlClient.connect({ port: server.port });
    await client.expect(220);
    expect((await client.ask('NOOP', 200)).text).toContain('foo://host/x {"size":"3"}');
    client.destroy();
    expect(server.process.output()).toContain('cache pool: foo is used');
  });

  it('says with file and line what it does not load, and why', async () => {
    const packages = [
      { name: 'empty', source: 'export const other = 1;' },
      { name: 'old', source: "export const ftpdModule = { name: 'mod_old', apiVersion: 0 };" },
      { name: 'broken', source: 'throw new Error("boom");' },
      { name: 'taken', source: "export const ftpdModule = { name: 'mod_core', apiVersion: 1 };" },
      { name: 'open', source: "export const ftpdModule = { name: 'mod_open', apiVersion: 1 };" },
    ];
    const { server, modules } = await started([], packages);
    chmodSync(join(modules, 'open/index.js'), 0o666);
    const names = ['empty', 'old', 'broken', 'taken', 'open', 'absent', '../modules/open', '/etc'];
    const lines = names.map((name) => `LoadModule ${name}`).join('\n');
    appendFileSync(join(server.folder, 'server.conf'), `\n${lines}\n`);
    const { code, output } = await server.check();
    expect(code).toBe(1);
    for (const [name, reason] of [
      ['empty', 'it exports neither ftpdModule nor cacheDriver on line'],
      ['old', "its module 'mod_old' is for version 0 of the module contract, this server's is 1 on line"],
      ['broken', 'boom on line'],
      ['taken', "there is a module 'mod_core' already on line"],
      ['open', 'others may change '],
      ['absent', 'no such module on line'],
      ['../modules/open', 'no such module on line'],
      ['/etc', 'no such module on line'],
    ])
      expect(output).toContain(`LoadModule: error loading module '${name}': ${reason}`);
  });

  it('keeps the daemon from starting with a module that fails, or a CacheBackend that nobody understands', async () => {
    const broken = {
      name: 'broken',
      source: `export const ftpdModule = {
        name: 'mod_broken', apiVersion: 1, start: () => { throw new Error('no disk'); } };`,
    };
    await expect(started(['LoadModule broken'], [broken])).rejects.toThrow(
      'fatal: module mod_broken does not start: no disk',
    );
    await expect(started(['CacheBackend pool foo://host'], [])).rejects.toThrow(
      "fatal: CacheBackend: pool: no driver for 'foo:' is here",
    );
    await expect(
      started(['LoadModule @acme/ftpd-cache-foo', 'CacheBackend pool foo://bad'], [fooDriver]),
    ).rejects.toThrow('fatal: CacheBackend: pool: the line makes no sense');
  });
});
