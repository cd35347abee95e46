import { describe, expect, it } from 'vitest';
import { createMemoryRegistry } from './memory-registry.ts';
import type { SessionView } from './session-view.ts';
import { settingsFrom } from './settings.ts';

interface Changeable {
  user?: string | undefined;
  isLoggedIn?: boolean;
}

function session(remoteAddress: string, changes: Changeable = {}, serverId = 1): SessionView & Changeable {
  const ended: string[] = [];
  const facts = {
    id: 1,
    remoteAddress,
    user: undefined,
    isLoggedIn: false,
    isAnonymous: false,
    className: undefined,
    ...changes,
  };
  return {
    ...facts,
    settings: settingsFrom({ serverId }),
    end: (reason: string) => ended.push(reason),
    ended,
  } as never;
}

describe('memory registry', () => {
  it('counts by address, user, server and login', () => {
    const registry = createMemoryRegistry();
    registry.enter(session('192.0.2.1', { user: 'alice', isLoggedIn: true }));
    registry.enter(session('192.0.2.1', { user: 'bob' }));
    registry.enter(session('192.0.2.2', { user: 'alice', isLoggedIn: true }, 2));
    expect(registry.count({})).toBe(3);
    expect(registry.count({ remoteAddress: '192.0.2.1' })).toBe(2);
    expect(registry.count({ user: 'alice' })).toBe(2);
    expect(registry.count({ user: 'alice', serverId: 2 })).toBe(1);
    expect(registry.count({ isLoggedIn: true, remoteAddress: '192.0.2.1' })).toBe(1);
    expect(registry.countHosts({ user: 'alice' })).toBe(2);
  });

  it('finds a session under its new user after an update, and no more under the old one', () => {
    const registry = createMemoryRegistry();
    const changing = session('192.0.2.1', { user: 'alice' });
    registry.enter(changing);
    (changing as Changeable).user = 'bob';
    registry.update(changing);
    expect(registry.count({ user: 'alice' })).toBe(0);
    expect(registry.count({ user: 'bob' })).toBe(1);
  });

  it('forgets a session that left, and does not take it back by an update', () => {
    const registry = createMemoryRegistry();
    const leaving = session('192.0.2.1', { user: 'alice' });
    registry.enter(leaving);
    registry.leave(leaving);
    registry.update(leaving);
    expect(registry.count({})).toBe(0);
    expect(registry.count({ user: 'alice' })).toBe(0);
  });

  it('kicks exactly those that match', () => {
    const registry = createMemoryRegistry();
    const alice = session('192.0.2.1', { user: 'alice' }) as SessionView & { ended: string[] };
    const bob = session('192.0.2.1', { user: 'bob' }) as SessionView & { ended: string[] };
    registry.enter(alice);
    registry.enter(bob);
    expect(registry.kick({ user: 'bob' })).toBe(1);
    expect(bob.ended).toEqual(['kicked']);
    expect(alice.ended).toEqual([]);
  });
});
