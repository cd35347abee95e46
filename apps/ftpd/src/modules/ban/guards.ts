import type { Ban, CheckResult, ReportResult, Subject } from '@ftpd/ban';
import { reply, texts, type Reply } from '@ftpd/protocol';
import type { LastingRefusal, ServerEvent, SessionView } from '@ftpd/server';
import { banned, messageReply } from './ban-text.ts';
import { banEngine } from './ban-rows.ts';
import type { Engine, Engines } from './engines.ts';
import { subjectOf } from './events.ts';
import type { RecentCounts } from './recent-counts.ts';

/** What a session of a server with the engine on is watched by. */
interface Guard {
  readonly serverId: number;
  /** Whose bans end the session. */
  subjects: readonly Subject[];
  unwatch: () => void;
  /** Events whose counts are under way: what they ban ends the session with a reply. */
  reports: number;
}

/** @param session - Absent: BanLog alone is told. */
export type TellBans = (text: string, session?: SessionView) => void;

/** Keeps the banned out, and ends their sessions. */
export interface Guards {
  /** At the connect, and again after HOST. @returns the reply that refuses; without a message the session is closed. */
  admit(session: SessionView): Refusal | Promise<Refusal>;
  /** Before the password is checked. @returns as `admit`. */
  admitUser(session: SessionView): Refusal | Promise<Refusal>;
  /** From the login on the user is watched, too. */
  watchUser(session: SessionView): void;
  /** Counts an event, and ends the session if that bans it. Undefined: no rule is for it. */
  hear(event: ServerEvent): Promise<void> | undefined;
  /** After the engines have changed: sessions are watched by the new ones. */
  follow(): void;
  leave(session: SessionView): void;
}

type Refusal = Reply | undefined;

const unavailable = reply(421, 'Service not available, closing control connection');

export function createGuards(engines: Engines, counts: RecentCounts, tell: TellBans): Guards {
  const guards = new Map<SessionView, Guard>();

  /** The engine for a session, unless it is off for its client. */
  const engineOf = ({ settings }: SessionView): Engine | undefined => {
    const engine = engines.of(settings.serverId);
    if (engine === undefined) return undefined;
    const own = settings.directives.first(banEngine.name);
    return (typeof own === 'boolean' ? own : engine.server.isOn) ? engine : undefined;
  };

  const messageOf = (
    { settings }: Engine,
    { subject, message = settings.message }: Pick<Ban, 'subject' | 'message'>,
    session: SessionView,
  ): readonly Reply[] => (message === undefined ? [] : [messageReply(message, subject, session)]);

  function kick(session: SessionView, ban: Ban): void {
    tell(`disconnected client of ${banned(ban)}: ${ban.reason}`, session);
    // Without a word, as ProFTPD: whatever is said now would be taken for the answer to something else.
    session.end('kicked');
  }

  function watch(session: SessionView, guard: Guard): void {
    guard.unwatch();
    guard.unwatch = () => {};
    const engine = engines.of(guard.serverId);
    if (engine === undefined || session.signal.aborted || guard.subjects.length === 0) return;
    guard.unwatch = engine.bans.watch(guard.subjects, (ban) => {
      if (guard.reports === 0) kick(session, ban);
    });
  }

  function guardOf(session: SessionView): Guard {
    const serverId = session.settings.serverId;
    const known = guards.get(session);
    if (known?.serverId === serverId) return known;
    known?.unwatch();
    const guard: Guard = { serverId, subjects: [], unwatch: () => {}, reports: 0 };
    if (!session.signal.aborted) guards.set(session, guard);
    return guard;
  }

  /** Asks whether one of the subjects is banned. Known answers are given at once. */
  function ask(
    { bans }: Engine,
    subjects: readonly Subject[],
    decide: (result: CheckResult) => Refusal,
  ): Refusal | Promise<Refusal> {
    const known = bans.peek(subjects);
    return known === undefined ? bans.check(subjects).then(decide) : decide(known);
  }

  /** As long as the same ban holds, what was said of it is right. */
  const isStillBanned = ({ bans }: Engine, subjects: readonly Subject[], ban: Ban): boolean => {
    const known = bans.peek(subjects);
    return known?.outcome === 'banned' && known.ban === ban;
  };

  /** A flood of connections is told in BanLog once a second. */
  function lasting(message: Reply, isBanned: () => boolean, text: string): LastingRefusal {
    let count = 0;
    let toldAtMs = Date.now();
    return {
      ...message,
      holds: () => {
        if (!isBanned()) return false;
        count += 1;
        if (Date.now() - toldAtMs >= 1000) {
          tell(`${text} (${count} times)`);
          count = 0;
          toldAtMs = Date.now();
        }
        return true;
      },
    };
  }

  return {
    admit(session) {
      const engine = engineOf(session);
      if (engine === undefined) {
        guards.get(session)?.unwatch();
        return undefined;
      }
      const { remoteAddress, className } = session;
      const scope = scopeAt(engine, session);
      const host: Subject = { type: 'host', name: remoteAddress, ...scope };
      const subjects: readonly Subject[] =
        className === undefined ? [host] : [host, { type: 'class', name: className, ...scope }];
      return ask(engine, subjects, (result) => {
        if (result.outcome === 'banned') {
          const { subject } = result.ban;
          const text = `login from ${banned(result.ban)} denied due to ${subject.type} ban`;
          tell(text, session);
          const [message] = messageOf(engine, result.ban, session);
          if (message === undefined) session.end('refused');
          return message && lasting(message, () => isStillBanned(engine, subjects, result.ban), text);
        }
        if (result.outcome === 'refused') {
          tell('login denied: bans can not be checked', session);
          return unavailable;
        }
        const guard = guardOf(session);
        guard.subjects = subjects;
        watch(session, guard);
        return undefined;
      });
    },
    admitUser(session) {
      const { user } = session;
      const engine = engineOf(session);
      if (engine === undefined || user === undefined || session.isLoggedIn) return undefined;
      return ask(engine, userSubjects(user, session, engine), (result) => {
        if (result.outcome === 'free') return undefined;
        const incorrect = texts.loginIncorrect();
        const replies = result.outcome === 'banned' ? messageOf(engine, result.ban, session) : [];
        tell(
          result.outcome === 'banned'
            ? `login from ${banned(result.ban)} denied due to ${result.ban.subject.type} ban`
            : 'login denied: bans can not be checked',
          session,
        );
        session.end('refused', ...replies, incorrect);
        return incorrect;
      });
    },
    watchUser(session) {
      const { user } = session;
      const engine = engineOf(session);
      if (user === undefined || engine === undefined) return;
      const guard = guardOf(session);
      guard.subjects = [
        ...guard.subjects.filter(({ type }) => type === 'host' || type === 'class'),
        ...userSubjects(user, session, engine),
      ];
      watch(session, guard);
    },
    hear(event) {
      const { session } = event;
      const engine = engineOf(session);
      if (engine === undefined) return undefined;
      const { events, baits } = engine.settings;
      const scope = engine.server.isAlone ? scopeAt(engine, session) : {};
      const reports: { readonly name: string; readonly subject: Subject }[] = [];
      for (const { name, subject: kind } of events.get(event.name) ?? []) {
        const subject = subjectOf(kind, event);
        if (subject !== undefined) reports.push({ name, subject: { ...subject, ...scope } });
      }
      const bait = event.name === 'LoginFailed' ? baits.get(event.detail ?? '') : undefined;
      if (bait !== undefined)
        reports.push({ name: bait, subject: { type: 'host', name: session.remoteAddress, ...scope } });
      return reports.length === 0 ? undefined : count(engine, event, reports);
    },
    follow() {
      for (const [session, guard] of guards) watch(session, guard);
    },
    leave(session) {
      guards.get(session)?.unwatch();
      guards.delete(session);
    },
  };

  async function count(
    engine: Engine,
    { session, detail: user = session.user }: ServerEvent,
    reports: readonly { readonly name: string; readonly subject: Subject }[],
  ): Promise<void> {
    const guard = guardOf(session);
    const detail = {
      address: session.remoteAddress,
      protocol: 'ftp',
      ...(user === undefined ? {} : { user }),
    };
    guard.reports += 1;
    let results: readonly ReportResult[];
    try {
      results = await Promise.all(
        reports.map(({ name, subject }) => engine.bans.report(name, subject, detail)),
      );
    } finally {
      guard.reports -= 1;
    }
    for (const [index, { name, subject }] of reports.entries())
      noteCounts(engine, { name, source: subject.name, serverId: session.settings.serverId }, results[index]);
    const at = results.findLastIndex(({ outcome }) => outcome === 'banned');
    const result = results[at];
    if (result?.outcome === 'banned') {
      tell(`${reports[at]?.name ?? ''} autoban threshold reached, ending session`, session);
      const { message } = engine.settings;
      session.end(
        'module',
        ...(message === undefined ? [] : [messageReply(message, result.ban.subject, session)]),
      );
    } else {
      // Somebody else's ban may have come meanwhile.
      const other = engine.bans.peek(guard.subjects);
      if (other?.outcome === 'banned') kick(session, other.ban);
    }
  }

  /** For `ban info -e`. */
  function noteCounts(
    { settings: { rules } }: Engine,
    { name, source, serverId }: { readonly name: string; readonly source: string; readonly serverId: number },
    result: ReportResult | undefined,
  ): void {
    if (result?.outcome !== 'counted' && result?.outcome !== 'banned') return;
    for (const { name: ruleName = name, events, limit, windowMs } of rules) {
      if (events !== name) continue;
      const count =
        result.outcome === 'banned' ? limit : result.counts.find(({ rule }) => rule === ruleName)?.count;
      if (count === undefined) continue;
      if (count === 1) tell(`added ban event for ${ruleName}`);
      counts.note({ event: ruleName, source, count, limit, serverId }, windowMs, Date.now());
    }
  }
}

/** As the name was sent in USER. */
function userSubjects(user: string, session: SessionView, engine: Engine): readonly Subject[] {
  const scope = scopeAt(engine, session);
  return [
    { type: 'user', name: user, ...scope },
    { type: 'user@host', name: `${user}@${session.remoteAddress}`, ...scope },
  ];
}

/** What of a subject says that it is one of a session's server. */
function scopeAt({ server }: Engine, session: SessionView): Pick<Subject, 'scope'> {
  const scope = server.scopeOf(session);
  return scope === undefined ? {} : { scope };
}
