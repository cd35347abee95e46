import { describe, expect, it } from 'vitest';
import type { Composition } from '../../composition.ts';
import type { SystemAccounts } from '../../policy/system-accounts.ts';
import type { KeeperContext } from '../request.ts';
import { checkPamRequest, closePamRequest } from './pam.ts';
import { checkSystemPasswordRequest, findGroupRequest, findUserRequest } from './system-accounts.ts';

const context: KeeperContext = {
  composition: { scopes: [], moduleContext: { everywhere: () => ['named'] } } as unknown as Composition,
  system: {} as SystemAccounts,
  log: () => {},
  signal: new AbortController().signal,
  whenServerEnds: () => () => {},
};

const badRequest = 'the keeper refused a request that is not in its form';

describe('requests about accounts', () => {
  it.each([
    [findUserRequest, { user: 'alice' }],
    [findUserRequest, { uid: 0 }],
    [findGroupRequest, { group: 'staff' }],
    [findGroupRequest, { gid: 0xffff_fffe }],
    [checkSystemPasswordRequest, { user: 'a', password: '', remoteAddress: '::1' }],
    [closePamRequest, { session: 1 }],
  ])('are taken in their form: %#', (request, input) => {
    expect(request.check(input)).toEqual(input);
  });

  const pam = {
    service: 'x',
    hasTty: true,
    user: 'a',
    password: 'b',
    remoteAddress: '::1',
    opensSession: true,
  };
  it.each([
    [findUserRequest, undefined],
    [findUserRequest, {}],
    [findUserRequest, { user: 'a', uid: 1 }],
    [findUserRequest, { user: 'a\0b' }],
    [findUserRequest, { user: 'a'.repeat(1025) }],
    [findUserRequest, { uid: -1 }],
    [findUserRequest, { uid: 0xffff_ffff }],
    [findGroupRequest, { gid: '0' }],
    [checkSystemPasswordRequest, { user: 'a', password: 'b' }],
    [checkSystemPasswordRequest, { user: 'a', password: 'b\0', remoteAddress: '::1' }],
    [checkPamRequest, { ...pam, password: 1 }],
    [checkPamRequest, { ...pam, configurationFolder: '/tmp' }],
    [checkPamRequest, { ...pam, service: undefined }],
    [closePamRequest, { session: 1.5 }],
  ])('are refused in any other: %#', (request, input) => {
    expect(() => request.check(input)).toThrow(badRequest);
  });

  it('are refused for a service of PAM that the configuration does not name', async () => {
    await expect(checkPamRequest.handle(pam, context)).rejects.toMatchObject({ code: 'KEEPER_REFUSED' });
    await expect(checkPamRequest.handle({ ...pam, service: '../../tmp/x' }, context)).rejects.toMatchObject({
      code: 'KEEPER_REFUSED',
    });
  });

  it('find who is there, and nobody else', async () => {
    expect(await findUserRequest.handle({ uid: 0 }, context)).toMatchObject({
      value: { user: 'root', uid: 0 },
    });
    expect(await findUserRequest.handle({ user: 'no-such-user' }, context)).toEqual({ value: null });
    expect(await findGroupRequest.handle({ gid: 0 }, context)).toEqual({ value: { name: 'root', gid: 0 } });
    expect(await findGroupRequest.handle({ group: 'no-such-group' }, context)).toEqual({ value: null });
  });

  it('may close a session of PAM that is none', async () => {
    expect(await closePamRequest.handle({ session: 4711 }, context)).toEqual({ value: null });
  });
});
