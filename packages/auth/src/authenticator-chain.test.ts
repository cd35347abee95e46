import { describe, expect, it } from 'vitest';
import type { Authenticator, Verdict } from './authenticator.ts';
import { createAuthenticatorChain } from './authenticator-chain.ts';
import { createStaticAuthenticator } from './static-authenticator.ts';

const context = { remoteAddress: '192.0.2.1' };
const file = createStaticAuthenticator({
  accounts: [{ user: 'both', password: 'file', uid: 1, group: 'staff', gid: 7 }],
});
const system = createStaticAuthenticator({
  accounts: [
    { user: 'both', password: 'system', uid: 1 },
    { user: 'only', password: 'system', uid: 2, group: 'wheel', gid: 8 },
  ],
});
const broken: Authenticator = {
  name: 'broken',
  lookUp: () => Promise.reject(new Error('down')),
  verify: () => Promise.reject(new Error('down')),
};
const outcome = (verdict: Verdict): string =>
  verdict.outcome === 'refused' ? verdict.reason : verdict.outcome;

describe('the order of authenticators', () => {
  it.each([
    ['file first', [file, system], 'both', 'file', 'accepted'],
    ['file first: its refusal is final', [file, system], 'both', 'system', 'wrong-password'],
    ['file first: who it does not know is asked of the next', [file, system], 'only', 'system', 'accepted'],
    ['system first', [system, file], 'both', 'system', 'accepted'],
    ['system first: its refusal is final', [system, file], 'both', 'file', 'wrong-password'],
    [
      'an authoritative first one',
      [{ authenticator: file, isAuthoritative: true }, system],
      'only',
      'system',
      'unknown',
    ],
    ['nobody knows', [file, system], 'none', 'x', 'unknown'],
    ['an outage is final, since it might have refused', [broken, system], 'only', 'system', 'unavailable'],
    ['an outage behind the one who knows', [system, broken], 'only', 'system', 'accepted'],
    ['nobody to ask', [], 'only', 'system', 'unknown'],
  ] as const)('%s', async (_, links, user, password, expected) => {
    expect(outcome(await createAuthenticatorChain(links).verify(user, password, context))).toBe(expected);
  });

  it('looks accounts, names and groups up in the same order', async () => {
    const chain = createAuthenticatorChain([file, system]);
    expect(await chain.lookUp('both')).toMatchObject({ group: 'staff' });
    expect(await chain.lookUp('only')).toMatchObject({ uid: 2 });
    expect(await chain.lookUp('none')).toBeUndefined();
    expect([chain.userName?.(1), chain.userName?.(2), chain.userName?.(3)]).toEqual([
      'both',
      'only',
      undefined,
    ]);
    expect([chain.groupName?.(8), chain.groupId?.('staff'), chain.groupId?.('none')]).toEqual([
      'wheel',
      7,
      undefined,
    ]);
    expect(
      await createAuthenticatorChain([{ authenticator: file, isAuthoritative: true }, system]).lookUp('only'),
    ).toBeUndefined();
    expect(createAuthenticatorChain([broken]).userName?.(1)).toBeUndefined();
  });

  it('asks just one to verify, whoever comes, so that the time tells nothing', async () => {
    const asked: string[] = [];
    const noting = (name: string, authenticator: Authenticator): Authenticator => ({
      ...authenticator,
      name,
      verify(user, password, context_) {
        asked.push(`${name} ${user}`);
        return authenticator.verify(user, password, context_);
      },
    });
    const chain = createAuthenticatorChain([noting('file', file), noting('system', system)]);
    for (const user of ['both', 'only', 'none']) await chain.verify(user, 'wrong', context);
    expect(asked).toEqual(['file both', 'system only', 'file none']);
  });

  it('closes all', async () => {
    const closed: string[] = [];
    const closing = (name: string): Authenticator => ({
      ...file,
      name,
      close: async () => void closed.push(name),
    });
    await createAuthenticatorChain([closing('a'), file, closing('b')]).close?.();
    expect(closed).toEqual(['a', 'b']);
  });
});

describe('static accounts', () => {
  it.each([
    ['only', 'system', 'accepted'],
    ['only', 'System', 'wrong-password'],
    ['only', '', 'wrong-password'],
    ['only', 'system\0', 'wrong-password'],
    ['none', 'system', 'unknown'],
    ['constructor', '', 'unknown'],
  ])('%s with %j: %s', async (user, password, expected) => {
    expect(outcome(await system.verify(user, password, context))).toBe(expected);
  });

  it('have nobody’s numbers and the root folder where nothing else is said', async () => {
    const authenticator = createStaticAuthenticator({ accounts: [{ user: 'a', password: 'b' }] });
    expect(await authenticator.lookUp('a')).toEqual({
      user: 'a',
      uid: 65534,
      gid: 65534,
      groupNames: [],
      groupIds: [65534],
      comment: '',
      home: '/',
      shell: '',
    });
  });
});
