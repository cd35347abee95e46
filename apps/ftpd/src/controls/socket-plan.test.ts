import { defineModule } from '@ftpd/module';
import { describe, expect, it } from 'vitest';
import { configurationOf } from '../../test/configuration-of.ts';
import { createSystemAccounts } from '../policy/system-accounts.ts';
import { controlsAcls } from '../modules/ctrls/ctrls-rows.ts';
import { defaultControlsSocket, socketPlan, type SocketPlan } from './socket-plan.ts';

const passwd = 'root:x:0:0::/root:/bin/sh\nftpd:x:120:130::/:/bin/false\n';
const group = 'root:x:0:\nftpadm:x:140:\n';
const probe = defineModule({
  name: 'mod_probe',
  apiVersion: 1,
  controls: [
    {
      name: 'probe',
      summary: 'try',
      acls: controlsAcls,
      run: () => Promise.resolve({ status: 'ok', lines: [] }),
    },
  ],
});

async function planOf(
  text: string,
  canIdentify = true,
): Promise<{ readonly plan: SocketPlan | undefined; readonly warnings: readonly string[] }> {
  const configuration = await configurationOf(text);
  const warnings: string[] = [];
  const plan = socketPlan(
    { main: configuration.scope({ server: configuration.servers[0] }), modules: [probe] },
    {
      system: createSystemAccounts((path) => (path === '/etc/passwd' ? passwd : group)),
      canIdentify,
      log: (_, line) => void warnings.push(line),
    },
  );
  return { plan, warnings };
}

const root = 'ControlsACLs all allow user root\n';

describe('a control socket', () => {
  it.each([
    ['nothing is said', ''],
    ['only a log is named', 'ControlsLog /var/log/controls.log\n'],
    ['the engine is off', `ControlsEngine off\nControlsSocket /run/x\n${root}`],
  ])('is not made where %s', async (_, text) => {
    expect((await planOf(text)).plan).toBeUndefined();
  });

  it.each([
    ['the engine is on', 'ControlsEngine on\n', defaultControlsSocket],
    ['somebody may ask for something', root, defaultControlsSocket],
    ['it has a path', 'ControlsSocket /run/x\n', '/run/x'],
  ])('is made where %s', async (_, text, path) => {
    expect((await planOf(text)).plan).toEqual({ path, isForOthers: false });
  });

  it.each([
    [true, 'ControlsACLs help allow group ftpadm\n'],
    [true, 'ControlsACLs help deny user ann\n'],
    [true, 'ControlsACLs all allow user *\nControlsSocketACL allow group ftpadm\n'],
    [false, 'ControlsACLs all allow user *\nControlsSocketACL allow user root\n'],
    [false, `${root}ControlsSocketACL allow user *\n`],
  ])('is open to others: %s with %j', async (expected, text) => {
    expect((await planOf(text)).plan?.isForOthers).toBe(expected);
    // Where the system can not say who asks, the mode must keep them out.
    expect((await planOf(text, false)).plan?.isForOthers).toBe(false);
  });

  it('has the owner that is named', async () => {
    const { plan } = await planOf(`${root}ControlsSocketOwner ftpd ftpadm\n`);
    expect(plan?.owner).toEqual({ uid: 120, gid: 140 });
  });

  it('needs no mode for others where its owner alone may ask', async () => {
    const lines = 'ControlsACLs all allow user root,ftpd\n';
    expect((await planOf(lines)).plan?.isForOthers).toBe(true);
    expect((await planOf(`${lines}ControlsSocketOwner ftpd ftpadm\n`)).plan?.isForOthers).toBe(false);
  });

  it.each([
    ['nobody ftpadm', "no user 'nobody'"],
    ['ftpd ftp', "no group 'ftp'"],
  ])('has no other owner if there is none such as %s', async (names, reason) => {
    const { plan, warnings } = await planOf(`${root}ControlsSocketOwner ${names}\n`);
    expect(plan).toBeDefined();
    expect(plan?.owner).toBeUndefined();
    expect(warnings).toEqual([expect.stringContaining(reason)]);
  });
});
