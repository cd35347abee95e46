import { describe, expect, it } from 'vitest';
import { configurationOf, problemsOf } from '../../../test/configuration-of.ts';
import { authPamConfig, authUnixOptions } from './system-rows.ts';

describe('the directives of mod_auth_unix and mod_auth_pam', () => {
  // Measured with `proftpd -t` of 1.3.8.
  it.each([
    ['PersistentPasswd', 'PersistentPasswd: missing parameters'],
    ['PersistentPasswd foo', 'PersistentPasswd: expected Boolean parameter'],
    [
      '<Directory />\nPersistentPasswd on\n</Directory>',
      'PersistentPasswd: directive not allowed in <Directory>',
    ],
    ['AuthUnixOptions', 'AuthUnixOptions: wrong number of parameters'],
    ['AuthUnixOptions foo', "AuthUnixOptions: : unknown AuthUnixOption 'foo'"],
    ['AuthPAM', 'AuthPAM: missing parameters'],
    ['AuthPAM foo', 'AuthPAM: expected Boolean parameter'],
    ['<Anonymous /tmp>\nAuthPAM on\n</Anonymous>', 'AuthPAM: directive not allowed in <Anonymous>'],
    ['AuthPAMConfig', 'AuthPAMConfig: missing parameters'],
    ['AuthPAMOptions', 'AuthPAMOptions: wrong number of parameters'],
    ['AuthPAMOptions NoInfoMsgs', "AuthPAMOptions: : unknown AuthPAMOption: 'NoInfoMsgs'"],
    ['AuthPAMAuthoritative on', "unknown configuration directive 'AuthPAMAuthoritative'"],
  ])('%j is refused in the words of ProFTPD', async (text, expected) => {
    const { errors } = await problemsOf(`${text}\n`);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain(`: ${expected}`);
  });

  it('take what ProFTPD takes', async () => {
    const configuration = await configurationOf(`AuthPAMConfig vsftpd
AuthPAMOptions notty
AuthUnixOptions AIXNoRLogin magictokenchroot NoInitgroups
<Global>
  PersistentPasswd on
  AuthPAM off
</Global>
`);
    const scope = configuration.scope({ server: configuration.servers[0] });
    expect(scope.first(authPamConfig)).toBe('vsftpd');
    expect(scope.first(authUnixOptions)).toEqual(
      new Set(['AIXNoRLogin', 'MagicTokenChroot', 'NoInitgroups']),
    );
  });

  it('warn of an option that has no effect', async () => {
    const { warnings } = await problemsOf('AuthUnixOptions NoGetgrouplist\n');
    expect(warnings).toEqual([expect.stringContaining('NoGetgrouplist has no effect')]);
  });
});
