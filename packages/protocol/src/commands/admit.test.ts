import { describe, expect, it } from 'vitest';
import type { SessionState } from '../session/phase.ts';
import { admitCommand, refusalInState } from './admit.ts';
import { findCommand } from './table.ts';

const states = {
  new: { phase: 'not-logged-in' },
  password: { phase: 'password-pending', user: 'u' },
  ready: { phase: 'ready', user: 'u' },
  rename: { phase: 'rename-pending', user: 'u', from: 'a' },
} as const satisfies Record<string, SessionState>;

describe('refusalInState', () => {
  it.each([
    ['new', 'CWD', '530 Please login with USER and PASS'],
    ['password', 'XPWD', '530 Please login with USER and PASS'],
    ['new', 'ABOR', '530 Please login with USER and PASS'],
    ['new', 'RNTO', '530 Please login with USER and PASS'],
    ['new', 'PASS', '503 Login with USER first'],
    ['new', 'ACCT', '502 ACCT command not implemented'],
    ['ready', 'SMNT', '502 SMNT command not implemented'],
    ['ready', 'PASS', '503 You are already logged in'],
    ['ready', 'HOST', '503 Bad sequence of commands'],
    ['ready', 'RNTO', '503 Bad sequence of commands'],
    ['rename', 'USER', '501 Bad sequence of commands'],
    ['rename', 'RNFR', '501 Bad sequence of commands'],
    ['rename', 'ABOR', '501 Bad sequence of commands'],
  ] as const)('%s: %s gets %j', (state, verb, text) => {
    const row = findCommand(verb);
    const refusal = row && refusalInState(row, states[state], verb);
    expect(`${refusal?.code} ${refusal?.lines.join('|')}`).toBe(text);
  });

  it.each([
    ['new', 'USER'],
    ['new', 'TYPE'],
    ['new', 'QUIT'],
    ['new', 'AUTH'],
    ['password', 'PASS'],
    ['password', 'USER'],
    ['password', 'HOST'],
    ['ready', 'RNFR'],
    ['rename', 'RNTO'],
    ['rename', 'NOOP'],
  ] as const)('%s: %s may go on', (state, verb) => {
    const row = findCommand(verb);
    expect(row && refusalInState(row, states[state], verb)).toBeUndefined();
    expect(row?.verb).toBe(verb);
  });
});

describe('admitCommand', () => {
  const admit = (state: SessionState, verb: string, text: string): unknown => {
    const row = findCommand(verb);
    const admission = row && admitCommand(row, state, verb, text);
    return admission?.isAdmitted === false ? admission.reply.code : admission?.argument;
  };

  it.each([
    ['new', 'RNTO', '', 530],
    ['ready', 'RNTO', '', 501],
    ['ready', 'RNTO', 'b', 503],
    ['rename', 'RNTO', 'b', 'b'],
    ['rename', 'RNFR', '', 501],
    ['ready', 'USER', '', 500],
    ['ready', 'HOST', '', 500],
    ['ready', 'HOST', 'a', 503],
    ['ready', 'PASS', '', 503],
    ['new', 'CWD', '', 530],
    ['ready', 'CWD', '', 501],
    ['new', 'ACCT', '', 502],
    ['new', 'TYPE', '', 500],
    ['ready', 'CWD', 'd', 'd'],
  ] as const)('%s: %s %j gives %j', (state, verb, text, expected) => {
    expect(admit(states[state], verb, text)).toBe(expected);
  });

  it('does not take the defect of a parser for the client’s', () => {
    const row = findCommand('NOOP');
    const parse = (): never => {
      throw new TypeError('defect');
    };
    expect(
      () => row && admitCommand({ ...row, argument: { syntax: '', parse } }, states.ready, 'NOOP', ''),
    ).toThrow('defect');
  });
});
