import { MODULE_OF_DIRECTIVE } from '@ftpd/config';
import { describe, expect, it } from 'vitest';
import { allRows, problemsOf } from '../../test/configuration-of.ts';

/** What follows the place and the severity. */
const sentence = (line: string | undefined): string => (line ?? '').replace(/^\/t\.conf:\d+:\d+: \w+: /, '');

describe('the rows', () => {
  it('each have a name of their own, in the module that ProFTPD has them in', () => {
    const names = allRows.map(({ name }) => name.toLowerCase());
    expect(new Set(names).size).toBe(names.length);
    for (const { name, module } of allRows)
      expect([name, MODULE_OF_DIRECTIVE.get(name.toLowerCase()) ?? module]).toEqual([name, module]);
  });

  it.each([
    ['Umask 999', "Umask: '999' is not a valid umask"],
    ['MaxClients', 'MaxClients: wrong number of parameters'],
    ['TimeoutIdle x', "TimeoutIdle: error parsing timeout value 'x': Invalid argument"],
    ['TimeoutLogin -1', "TimeoutLogin: error parsing timeout value '-1': Numerical result out of range"],
    ['UseReverseDNS maybe', 'UseReverseDNS: expected Boolean parameter'],
    ['PassivePorts 5000', 'PassivePorts: missing parameters'],
    ['MaxClients 0', "MaxClients: parameter must be 'none' or a number greater than 0"],
    ['Port 99999', 'Port: value must be between 0 and 65535'],
    ['DefaultRoot', 'DefaultRoot: syntax: DefaultRoot <directory> [<group-expression>]'],
    ['DenyFilter [', "DenyFilter: '[' failed regex compilation"],
    ['ListOptions', 'ListOptions: wrong number of parameters'],
    ['ListOptions -l -x', "ListOptions: : unknown keyword: '-x'"],
    ['DisplayLogin', 'DisplayLogin: missing parameters'],
    ['CreateHome on x', "CreateHome: : bad mode parameter: 'x'"],
    ['TransferRate RETR', 'TransferRate: wrong number of parameters'],
    ['ServerType foo', "ServerType: type must be either 'inetd' or 'standalone'"],
    ['MaxLoginAttempts x', "MaxLoginAttempts: parameter must be 'none' or a number greater than 0"],
    ['MaxInstances x', "MaxInstances: argument must be 'none' or a number greater than 0"],
    ['ServerIdent', 'ServerIdent: wrong number of parameters'],
    ['DebugLevel 99', 'DebugLevel: invalid debug level configured'],
    [
      'SyslogLevel foo',
      'SyslogLevel: SyslogLevel requires level keyword: one of emerg/alert/crit/error/warn/notice/info/debug',
    ],
    ['AuthUserFile rel', "AuthUserFile: unable to use relative path for AuthUserFile 'rel'."],
    ['PidFile rel', "PidFile: unable to set PidFile 'rel': Invalid argument"],
    ['UserAlias a', 'UserAlias: missing parameters'],
    ['SetEnv A', 'SetEnv: missing parameters'],
    ['AnonRequirePassword on', 'AnonRequirePassword: directive not allowed in server config context'],
    ['From all', 'From: directive not allowed in server config context'],
  ])('%s is refused in the words of ProFTPD', async (line, expected) => {
    const { errors } = await problemsOf(`${line}\n`);
    expect(errors).toHaveLength(1);
    expect(sentence(errors[0]).slice(0, expected.length)).toBe(expected);
  });

  it.each([
    ['UseSendfile 25%', "UseSendfile: '25%' is as on: how much is sent at once is chosen here"],
    ['UseSendfile 10 kb', "UseSendfile: '10 kb' is as on: how much is sent at once is chosen here"],
    ['IdentLookups on', 'IdentLookups: on has no effect: RFC 1413 is not spoken'],
    ['ExtendedLog /x ALL', 'ExtendedLog: has no effect: this log is not written yet'],
    ['SocketOptions maxseg 500', 'SocketOptions: maxseg has no effect here'],
  ])('%s is taken with a warning', async (line, expected) => {
    const { errors, warnings } = await problemsOf(`${line}\n`);
    expect(errors).toEqual([]);
    expect(sentence(warnings[0]).slice(0, expected.length)).toBe(expected);
  });

  it.each([
    'UseSendfile off',
    'UseSendfile on',
    'IdentLookups off',
    'WtmpLog off',
    'DelayEngine on',
    'HiddenStores on',
    'DenyFilter \\*.*/',
    'MaxClients none',
  ])('%s is taken without a word', async (line) => {
    const { errors, warnings } = await problemsOf(`${line}\n`);
    expect([...errors, ...warnings]).toEqual([]);
  });
});
