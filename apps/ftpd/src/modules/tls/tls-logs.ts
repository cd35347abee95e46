import type { ConfiguredServer, DirectiveReader, ModuleContext } from '@ftpd/module';
import type { LogLevel, SessionView } from '@ftpd/server';
import type { TlsSessionEvent } from '@ftpd/tls-session';
import { createModuleLog } from '../../log/module-log.ts';
import { tlsLog } from './protocol-rows.ts';

/** TLSLog of each server, and SystemLog for what an administrator must know without it. */
export interface TlsLogs {
  follow(context: ModuleContext): void;
  /** Something odd about a server. */
  warn(server: Pick<ConfiguredServer, 'directives' | 'name'>, text: string): void;
  /** Of the whole daemon. Default level: notice. */
  note(text: string, level?: LogLevel): void;
  /** About one session: in TLSLog if there is one, else in the trace. */
  tell(session: SessionView, text: string): void;
  sessionEvent(event: TlsSessionEvent): void;
  close(): void;
}

/** The version that ProFTPD 1.3.8 has. */
const label = 'mod_tls/2.9.2';

function eventText(event: TlsSessionEvent): string | undefined {
  switch (event.type) {
    case 'refused':
      return `a record of the cache is not used: ${event.what}: ${event.error.message}`;
    case 'outage':
      return `the session cache does not answer: ${String(event.error)}; clients get full handshakes until it does`;
    case 'recovery':
      return 'the session cache answers again';
    case 'local':
      return event.reason === 'no-secret'
        ? `${event.what} stay in this process: without PoolSecretFile they are not given to the pool`
        : undefined;
    case 'rotated':
      return event.isShared ? 'new ticket keys of the pool are in use' : undefined;
    case 'hit':
    case 'miss':
    case 'stored':
      return undefined;
  }
}

/** What SystemLog is told of them; of others, which clients can bring about as often as they like, TLSLog alone. */
const levels: { readonly [Type in TlsSessionEvent['type']]?: LogLevel } = {
  outage: 'warning',
  recovery: 'notice',
  local: 'info',
};

export function createTlsLogs(): TlsLogs {
  const log = createModuleLog('TLSLog', label);
  let context: ModuleContext | undefined;
  let told = new Set<string>();
  const pathFor = (directives: Pick<DirectiveReader, 'first'> | undefined): string | undefined =>
    directives?.first(tlsLog);
  const mainPath = (): string | undefined => pathFor(context?.servers[0]?.directives);

  return {
    follow(next) {
      context = next;
      told = new Set();
      log.follow(next.everywhere(tlsLog), next);
    },
    warn({ directives, name }, text) {
      log.write(pathFor(directives), text);
      // Servers often have their files in common.
      if (told.has(text)) return;
      told.add(text);
      context?.log('warning', `mod_tls: server '${name}': ${text}`);
    },
    note(text, level = 'notice') {
      log.write(mainPath(), text);
      context?.log(level, `mod_tls: ${text}`);
    },
    tell(session, text) {
      const path = session.settings.directives.first(tlsLog.name);
      log.write(typeof path === 'string' ? path : undefined, text);
      context?.trace('tls', 8, () => text, session);
    },
    sessionEvent(event) {
      const text = eventText(event);
      context?.trace('tls', 9, () => `sessions: ${event.type}`);
      if (text === undefined) return;
      log.write(mainPath(), text);
      const level = levels[event.type];
      if (level !== undefined) context?.log(level, `mod_tls: ${text}`);
    },
    close: () => log.close(),
  };
}
