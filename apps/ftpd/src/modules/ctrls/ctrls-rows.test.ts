import { describe, expect, it } from 'vitest';
import { configurationOf, problemsOf } from '../../../test/configuration-of.ts';
import { controlsAcls, controlsEngine, controlsSocketAcl, controlsSocketOwner } from './ctrls-rows.ts';

describe('the directives of mod_ctrls', () => {
  // Measured with `proftpd -t` of 1.3.8.
  it.each([
    ['ControlsEngine', 'ControlsEngine: missing parameters'],
    ['ControlsEngine maybe', 'ControlsEngine: expected Boolean parameter'],
    ['<Global>\nControlsEngine on\n</Global>', 'ControlsEngine: directive not allowed in <Global> context'],
    ['ControlsSocket', 'ControlsSocket: missing parameters'],
    ['ControlsSocket rel.sock', 'ControlsSocket: must be an absolute path'],
    [
      '<VirtualHost 127.0.0.2>\nControlsSocket /x\n</VirtualHost>',
      'ControlsSocket: directive not allowed in <VirtualHost>',
    ],
    ['ControlsInterval', 'ControlsInterval: missing parameters'],
    ['ControlsInterval 0', 'ControlsInterval: must be a positive number'],
    ['ControlsInterval x', 'ControlsInterval: must be a positive number'],
    ['ControlsInterval -5', 'ControlsInterval: must be a positive number'],
    ['ControlsMaxClients', 'ControlsMaxClients: missing parameters'],
    ['ControlsMaxClients 0', 'ControlsMaxClients: must be a positive number'],
    ['ControlsAuthFreshness', 'ControlsAuthFreshness: missing parameters'],
    ['ControlsAuthFreshness x', 'ControlsAuthFreshness: must be a positive number'],
    ['ControlsLog', 'ControlsLog: missing parameters'],
    [
      '<Anonymous /tmp>\nControlsLog /x\n</Anonymous>',
      'ControlsLog: directive not allowed in <Anonymous> context',
    ],
    ['ControlsACLs', 'ControlsACLs: missing parameters'],
    ['ControlsACLs all allow user', 'ControlsACLs: missing parameters'],
    ['ControlsACLs all permit user root', "ControlsACLs: second parameter must be 'allow' or 'deny'"],
    ['ControlsACLs all Allow user root', "ControlsACLs: second parameter must be 'allow' or 'deny'"],
    ['ControlsACLs all allow users root', "ControlsACLs: third parameter must be 'user' or 'group'"],
    ['ControlsACLs help,foo allow user root', "ControlsACLs: : unknown action: 'foo'"],
    [
      '<Global>\nControlsACLs all allow user root\n</Global>',
      'ControlsACLs: directive not allowed in <Global> context',
    ],
    ['ControlsSocketACL allow user', 'ControlsSocketACL: missing parameters'],
    [
      'ControlsSocketACL foo user root',
      "ControlsSocketACL: first parameter must be either 'allow' or 'deny'",
    ],
    [
      'ControlsSocketACL allow foo root',
      "ControlsSocketACL: second parameter must be either 'user' or 'group'",
    ],
    ['ControlsSocketOwner', 'ControlsSocketOwner: missing parameters'],
    ['ControlsSocketOwner root', 'ControlsSocketOwner: missing parameters'],
  ])('%j is refused in the words of ProFTPD', async (text, expected) => {
    const { errors } = await problemsOf(`${text}\n`);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain(`: ${expected}`);
  });

  it('take what ProFTPD takes, further words too', async () => {
    const { errors, warnings, configuration } = await problemsOf(`ControlsEngine on off
ControlsSocket /run/x.sock /tmp/b
ControlsInterval 3x
ControlsMaxClients 3 4
ControlsAuthFreshness 1
ControlsLog /var/log/proftpd/controls.log
ControlsACLs ALL allow user root bob
ControlsACLs help,lsctrl allow group ftpadm,wheel
ControlsSocketACL deny group *
ControlsSocketOwner ftpd ftpadm
`);
    expect([...errors, ...warnings]).toEqual([]);
    const scope = configuration.scope({ server: configuration.servers[0] });
    expect(scope.first(controlsEngine)).toBe(true);
    expect(scope.all(controlsAcls)).toEqual([
      { actions: 'all', access: 'allow', of: 'user', names: ['root'] },
      { actions: ['help', 'lsctrl'], access: 'allow', of: 'group', names: ['ftpadm', 'wheel'] },
    ]);
    expect(scope.all(controlsSocketAcl)).toEqual([
      { actions: 'all', access: 'deny', of: 'group', names: ['*'] },
    ]);
    expect(scope.first(controlsSocketOwner)).toEqual({ user: 'ftpd', group: 'ftpadm' });
  });

  it('say which action was meant', async () => {
    const { errors } = await problemsOf('ControlsACLs lscrtl allow user root\n');
    expect(errors[0]).toContain("did you mean 'lsctrl'?");
  });

  it('leave the default configuration of Debian as it is', async () => {
    const configuration = await configurationOf(`<IfModule mod_ctrls.c>
ControlsEngine        off
ControlsMaxClients    2
ControlsLog           /var/log/proftpd/controls.log
ControlsInterval      5
ControlsSocket        /var/run/proftpd/proftpd.sock
</IfModule>
`);
    expect(configuration.scope({ server: configuration.servers[0] }).first(controlsEngine)).toBe(false);
  });
});
