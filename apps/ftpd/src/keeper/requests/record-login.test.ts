import { describe, expect, it } from 'vitest';
import type { Composition } from '../../composition.ts';
import type { SystemAccounts } from '../../policy/system-accounts.ts';
import type { KeeperContext } from '../request.ts';
import { recordLoginRequest, recordLogoutRequest } from './record-login.ts';

const login = { user: 'ann', uid: 1000, host: '192.0.2.1' };

/** A keeper whose configuration has WtmpLog off in its main server and so elsewhere. */
function keeper(elsewhere: readonly boolean[]): KeeperContext {
  const composition = { scopes: [{ first: () => false }], moduleContext: { everywhere: () => elsewhere } };
  return {
    composition: composition as unknown as Composition,
    system: {} as SystemAccounts,
    log: () => {},
    signal: new AbortController().signal,
    whenServerEnds: () => () => {},
  };
}

describe('requests about logins', () => {
  it('are taken in their form', () => {
    expect(recordLoginRequest.check(login)).toEqual(login);
    expect(recordLogoutRequest.check({ login: 1 })).toEqual({ login: 1 });
  });

  it.each([
    [{ ...login, uid: -1 }],
    [{ ...login, uid: 2 ** 32 }],
    [{ ...login, user: 'a\0b' }],
    [{ ...login, host: 'h'.repeat(2000) }],
    [{ ...login, path: '/etc/passwd' }],
    [{ user: 'ann' }],
    [null],
  ])('are refused: %#', (input) => {
    expect(() => recordLoginRequest.check(input)).toThrow('not in its form');
  });

  it('write nothing that the configuration does not want', async () => {
    await expect(recordLoginRequest.handle(login, keeper([false, false]))).rejects.toMatchObject({
      code: 'KEEPER_REFUSED',
    });
  });

  it('know no login that was not written, and mind none', async () => {
    expect(await recordLogoutRequest.handle({ login: 4711 }, keeper([]))).toEqual({ value: null });
  });
});
