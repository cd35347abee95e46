import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isProtocolError } from '../errors.ts';
import { advance, initialState, isLoggedIn, type SessionEvent, type SessionState } from './phase.ts';

const start = { kind: 'offset', atBytes: 5 } as const;
const run = (...events: readonly SessionEvent[]): SessionState => events.reduce(advance, initialState);
const login: readonly SessionEvent[] = [
  { type: 'user-given', user: 'u' },
  { type: 'logged-in', user: 'u' },
];

describe('the phases of a session', () => {
  it('go from USER to PASS to ready', () => {
    expect(run({ type: 'user-given', user: 'u' })).toEqual({ phase: 'password-pending', user: 'u' });
    expect(run(...login)).toEqual({ phase: 'ready', user: 'u' });
  });

  it('start again after a refused login', () => {
    expect(run({ type: 'user-given', user: 'u' }, { type: 'login-refused' })).toEqual(initialState);
  });

  it('take the last USER', () => {
    expect(run({ type: 'user-given', user: 'u' }, { type: 'user-given', user: 'v' })).toEqual({
      phase: 'password-pending',
      user: 'v',
    });
  });

  it('remember RNFR until RNTO was tried', () => {
    const pending = run(...login, { type: 'rename-started', from: 'a' });
    expect(pending).toEqual({ phase: 'rename-pending', user: 'u', from: 'a' });
    expect(advance(pending, { type: 'rename-ended' })).toEqual({ phase: 'ready', user: 'u' });
  });

  it('remember REST until the next transfer has ended, over a rename, too', () => {
    const state = run(
      ...login,
      { type: 'start-set', start },
      { type: 'rename-started', from: 'a' },
      { type: 'rename-ended' },
    );
    expect(state).toEqual({ phase: 'ready', user: 'u', start });
    expect(advance(state, { type: 'transfer-ended' })).toEqual({ phase: 'ready', user: 'u' });
  });

  it('forget REST when it is taken back', () => {
    expect(run(...login, { type: 'start-set', start }, { type: 'start-set' })).toEqual({
      phase: 'ready',
      user: 'u',
    });
  });

  it('forget everything at REIN', () => {
    expect(run(...login, { type: 'start-set', start }, { type: 'reinitialised' })).toEqual(initialState);
  });

  it.each<[string, readonly SessionEvent[]]>([
    ['a transfer before login', [{ type: 'transfer-ended' }]],
    ['a rename before login', [{ type: 'rename-started', from: 'a' }]],
    ['a second login', [...login, { type: 'logged-in', user: 'v' }]],
    ['USER after login', [...login, { type: 'user-given', user: 'v' }]],
    [
      'a second RNFR',
      [...login, { type: 'rename-started', from: 'a' }, { type: 'rename-started', from: 'b' }],
    ],
    ['anything after the end', [{ type: 'closed' }, { type: 'user-given', user: 'u' }]],
  ])('refuse %s with 503', (_name, events) => {
    try {
      run(...events);
      expect.unreachable();
    } catch (error) {
      expect(isProtocolError(error) && [error.code, error.reply.code]).toEqual(['PROTO_SEQUENCE', 503]);
    }
  });

  it('never log in without the event that says so', () => {
    const event: fc.Arbitrary<SessionEvent> = fc.constantFrom<SessionEvent>(
      { type: 'user-given', user: 'u' },
      { type: 'login-refused' },
      { type: 'rename-started', from: 'a' },
      { type: 'rename-ended' },
      { type: 'start-set', start },
      { type: 'transfer-ended' },
      { type: 'reinitialised' },
      { type: 'closed' },
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 12 }), (events) => {
        let state = initialState;
        for (const next of events) {
          try {
            state = advance(state, next);
          } catch (error) {
            expect(isProtocolError(error)).toBe(true);
          }
          expect(isLoggedIn(state)).toBe(false);
        }
      }),
    );
  });
});
