import type { Reply } from '@ftpd/protocol';
import type { ServerContext } from './server-context.ts';
import { timeoutEvents, timeoutTexts, timerReasons, type TimerName } from './session-timers.ts';
import type { SessionView } from './session-view.ts';

/** A session whose timer has run out. */
interface TimedSession extends SessionView {
  readonly context: Pick<ServerContext, 'emit' | 'log'>;
  write(reply: Reply): void;
}

/** Ends a session by one of its timers. @param durationMs - What the timer ran for. */
export async function endByTimer(session: TimedSession, name: TimerName, durationMs: number): Promise<void> {
  const { emit, log } = session.context;
  const seconds = Math.round(durationMs / 1000);
  const text = `${timeoutTexts[name]} (${seconds} second${seconds === 1 ? '' : 's'}): closing control connection`;
  const reply = { code: 421, lines: [text] };
  log('info', text, session);
  // Who hears the event may end the session with another reply; as in ProFTPD, behind that of TimeoutLogin only.
  const isToldFirst = name === 'login';
  if (isToldFirst) session.write(reply);
  await emit({ name: timeoutEvents[name], session });
  session.end(timerReasons[name], ...(isToldFirst ? [] : [reply]));
}
