import { reply, texts } from '@ftpd/protocol';
import { admit, refuse } from '../conclude-login.ts';
import type { Handler } from '../handler.ts';

const incorrect = texts.loginIncorrect();

/** RFC 959 §4.1.1: the password; a refusal says nothing about why. */
export const pass: Handler<'PASS'> = async (session, password) => {
  const { context, state } = session;
  if (state.phase !== 'password-pending') return reply(503, 'Login with USER first');
  const { user } = state;
  const decision = await context.policy.login(session, user, password);
  if (session.isEnded) return incorrect;
  if (decision.outcome === 'refused') return await refuse(session, user, decision);
  return (await admit(session, user, decision)) ?? incorrect;
};
