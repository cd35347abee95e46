import { anonymousFor } from '@ftpd/config';
import { describe, expect, it } from 'vitest';
import { configurationOf } from '../../test/configuration-of.ts';
import { isLoginWithinLimits, isWithinLimits, type Subject } from './limit-rules.ts';

const alice: Subject = { address: '192.0.2.1', user: 'alice', groups: ['staff', 'ftp'], className: 'lan' };

async function scopeOf(text: string) {
  const configuration = await configurationOf(text);
  return configuration.scope({ server: configuration.servers[0], user: 'alice', groups: alice.groups });
}

const stor = { names: ['STOR'], group: 'WRITE' };
const cwd = { names: ['CWD', 'XCWD'], group: 'DIRS' };

describe('<Limit>', () => {
  it.each([
    ['', true],
    ['DenyAll', false],
    ['AllowAll\nDenyAll', true],
    ['Order deny,allow\nAllowAll\nDenyAll', false],
    ['Order deny,allow', false],
    ['Order deny,allow\nAllowUser alice', true],
    ['AllowUser alice\nDenyAll', true],
    ['AllowUser bob\nDenyAll', false],
    ['DenyUser !bob', false],
    ['AllowGroup staff,ftp\nDenyAll', true],
    ['AllowGroup staff,wheel\nDenyAll', false],
    ['AllowGroup OR staff,wheel\nDenyAll', true],
    ['DenyGroup staff', false],
    ['AllowClass lan\nDenyAll', true],
    ['DenyClass wan', true],
    ['Allow from 192.0.2.\nDeny from all', true],
    ['Allow 10.0.0.0/8\nDeny from all', false],
    ['DenyUser regex ^al', false],
  ])('%j lets alice write: %s', async (lines, expected) => {
    const scope = await scopeOf(`<Limit WRITE>\n${lines}\n</Limit>\n`);
    expect(isWithinLimits(scope, stor, alice)).toBe(expected);
    expect(isWithinLimits(scope, cwd, alice)).toBe(true);
  });

  it('lets the command go before its group, and both before ALL', async () => {
    const scope = await scopeOf(`
<Limit ALL>
DenyAll
</Limit>
<Limit DIRS>
AllowAll
</Limit>
<Limit STOR STOU>
AllowAll
</Limit>
`);
    expect(isWithinLimits(scope, stor, alice)).toBe(true);
    expect(isWithinLimits(scope, cwd, alice)).toBe(true);
    expect(isWithinLimits(scope, { names: ['DELE'], group: 'WRITE' }, alice)).toBe(false);
  });

  it('lets the closer folder decide', async () => {
    const scope = await scopeOf(`
<Directory /srv>
<Limit WRITE>
DenyAll
</Limit>
</Directory>
<Directory /srv/incoming>
<Limit WRITE>
AllowAll
</Limit>
</Directory>
`);
    expect(isWithinLimits(scope.at('/srv/x'), stor, alice)).toBe(false);
    expect(isWithinLimits(scope.at('/srv/incoming/x'), stor, alice)).toBe(true);
    expect(isWithinLimits(scope.at('/other'), stor, alice)).toBe(true);
  });

  it('does not know anybody before the login', async () => {
    const scope = await scopeOf('<Limit ALL>\nDenyUser !bob\nDenyGroup !wheel\n</Limit>');
    expect(isWithinLimits(scope, cwd, { address: '192.0.2.1', groups: [] })).toBe(true);
  });
});

describe('<Limit LOGIN>', () => {
  it('lets only some log in', async () => {
    const scope = await scopeOf('<Limit LOGIN>\nAllowUser alice\nDenyAll\n</Limit>');
    expect(isLoginWithinLimits(scope, alice)).toBe(true);
    expect(isLoginWithinLimits(scope, { ...alice, user: 'bob' })).toBe(false);
  });

  it('lets the last of two sections decide', async () => {
    const scope = await scopeOf('<Limit LOGIN>\nDenyAll\n</Limit>\n<Limit LOGIN>\nAllowAll\n</Limit>');
    expect(isLoginWithinLimits(scope, alice)).toBe(true);
  });

  it('lets <Anonymous> decide for itself', async () => {
    const configuration = await configurationOf(
      '<Limit LOGIN>\nDenyAll\n</Limit>\n<Anonymous /srv>\nUser ftp\n<Limit LOGIN>\nAllowAll\n</Limit>\n</Anonymous>',
    );
    const [server] = configuration.servers;
    const anonymous = anonymousFor(configuration.scope({ server }).anonymousSections(), 'ftp');
    expect(
      isLoginWithinLimits(configuration.scope({ server, anonymous, user: 'ftp' }), { ...alice, user: 'ftp' }),
    ).toBe(true);
    expect(isLoginWithinLimits(configuration.scope({ server, user: 'alice' }), alice)).toBe(false);
  });
});
