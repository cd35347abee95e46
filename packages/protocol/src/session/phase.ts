import { ProtocolError } from '../errors.ts';
import { reply } from '../replies/reply.ts';

/** Where the next transfer starts, given by REST or RANG. */
export type TransferStart =
  | { readonly kind: 'offset'; readonly atBytes: number }
  /** Both ends belong to the range (draft-bryan-ftp-range). */
  | { readonly kind: 'range'; readonly firstByte: number; readonly lastByte: number };

/** What a session can do next; each phase carries what only it needs. */
export type SessionState =
  | { readonly phase: 'not-logged-in' }
  | { readonly phase: 'password-pending'; readonly user: string }
  | { readonly phase: 'ready'; readonly user: string; readonly start?: TransferStart }
  | {
      readonly phase: 'rename-pending';
      readonly user: string;
      readonly from: string;
      readonly start?: TransferStart;
    }
  | { readonly phase: 'closed' };

export type Phase = SessionState['phase'];

export type SessionEvent =
  /** USER was taken and asks for a password. */
  | { readonly type: 'user-given'; readonly user: string }
  /** PASS, or USER where no password is asked for, was accepted. */
  | { readonly type: 'logged-in'; readonly user: string }
  | { readonly type: 'login-refused' }
  /** RNFR named something that exists. */
  | { readonly type: 'rename-started'; readonly from: string }
  /** RNTO was tried, with whatever success, or RNFR failed. */
  | { readonly type: 'rename-ended' }
  /** REST or RANG was accepted; without `start` it took an earlier one back. */
  | { readonly type: 'start-set'; readonly start?: TransferStart }
  /** A transfer ended, with whatever success. */
  | { readonly type: 'transfer-ended' }
  /** REIN, or HOST: everything is as after connecting. */
  | { readonly type: 'reinitialised' }
  | { readonly type: 'closed' };

type StateOf<P extends Phase> = Extract<SessionState, { phase: P }>;
type EventOf<T extends SessionEvent['type']> = Extract<SessionEvent, { type: T }>;
type Transitions = {
  readonly [P in Phase]: {
    readonly [T in SessionEvent['type']]?: (state: StateOf<P>, event: EventOf<T>) => SessionState;
  };
};

export const initialState: SessionState = { phase: 'not-logged-in' };
const closed = (): SessionState => ({ phase: 'closed' });
const restart = (): SessionState => initialState;
const withStart = <S extends SessionState>(state: S, start: TransferStart | undefined): S => {
  const { start: _previous, ...rest } = state as S & { start?: TransferStart };
  return (start === undefined ? rest : { ...rest, start }) as S;
};
const unchanged = (state: SessionState): SessionState => state;

/** Every legal step. What is not here is a bad sequence. */
const transitions: Transitions = {
  'not-logged-in': {
    'user-given': (_, { user }) => ({ phase: 'password-pending', user }),
    'logged-in': (_, { user }) => ({ phase: 'ready', user }),
    'login-refused': restart,
    reinitialised: restart,
    closed,
  },
  'password-pending': {
    'user-given': (_, { user }) => ({ phase: 'password-pending', user }),
    'logged-in': (_, { user }) => ({ phase: 'ready', user }),
    'login-refused': restart,
    reinitialised: restart,
    closed,
  },
  ready: {
    'rename-started': (state, { from }) => ({ ...state, phase: 'rename-pending', from }),
    'rename-ended': unchanged,
    'start-set': (state, { start }) => withStart(state, start),
    'transfer-ended': (state) => withStart(state, undefined),
    reinitialised: restart,
    closed,
  },
  'rename-pending': {
    'rename-ended': ({ user, start }) => withStart({ phase: 'ready', user }, start),
    'start-set': (state, { start }) => withStart(state, start),
    'transfer-ended': (state) => withStart(state, undefined),
    reinitialised: restart,
    closed,
  },
  closed: { closed },
};

/**
 * The state after the event. Pure; the state given is not changed.
 * @throws {ProtocolError} PROTO_SEQUENCE when the event is not possible in this state.
 */
export function advance(state: SessionState, event: SessionEvent): SessionState {
  const step = transitions[state.phase][event.type] as
    | ((state: SessionState, event: SessionEvent) => SessionState)
    | undefined;
  if (step === undefined) throw new ProtocolError('PROTO_SEQUENCE', reply(503, 'Bad sequence of commands'));
  return step(state, event);
}

/** Whether a user is logged in. */
export function isLoggedIn(state: SessionState): boolean {
  return state.phase === 'ready' || state.phase === 'rename-pending';
}
