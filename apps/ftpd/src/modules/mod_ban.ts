import type { BanEvent } from '@ftpd/ban';
import { defineModule, type FtpdModule, type ModuleContext } from '@ftpd/module';
import type { EventListener, ServerEventName } from '@ftpd/server';
import { createModuleLog } from '../log/module-log.ts';
import { banTableThrough } from '../server-process/ban-table.ts';
import type { Surroundings } from '../surroundings.ts';
import { banLines } from './ban/ban-lines.ts';
import {
  banCache,
  banCacheOptions,
  banControlsAcls,
  banEngine,
  banLog,
  banMessage,
  banOptions,
  banTable,
} from './ban/ban-rows.ts';
import { checkBans } from './ban/ban-settings.ts';
import { banControls } from './ban/controls.ts';
import { createEngines } from './ban/engines.ts';
import { banOnEvent } from './ban/event-rows.ts';
import { banEvents } from './ban/events.ts';
import { createGuards } from './ban/guards.ts';
import { journalPathOf } from './ban/journal-paths.ts';
import { ownBanRows } from './ban/own-rows.ts';
import { giveTableAway } from './ban/own-table.ts';
import { createRecentCounts } from './ban/recent-counts.ts';

const rows = [
  banEngine,
  banTable,
  banLog,
  banMessage,
  banOnEvent,
  banOptions,
  banCache,
  banCacheOptions,
  banControlsAcls,
  ...ownBanRows,
];

/** Bans clients that behave badly, in ProFTPD's directives, shared with a pool of either daemon. */
export function modBan({ keeper }: Surroundings): FtpdModule {
  const log = createModuleLog('BanLog', 'mod_ban/0.8');
  let context: ModuleContext | undefined;

  let logPath: string | undefined;
  let readCount = 0;

  const tell = (text: string): void => void log.write(logPath, text);

  function onEvent(event: BanEvent): void {
    // There may be very many.
    if ('origin' in event && event.origin === 'journal') readCount += 1;
    const { lines, warning } = banLines(event);
    lines.forEach(tell);
    if (warning !== undefined) context?.log('warning', `mod_ban: ${warning}`);
  }

  const engines = createEngines(onEvent, async (table, slot) => {
    if (keeper !== undefined) return { journal: await banTableThrough(keeper, table, slot) };
    const journalPath = journalPathOf(table, slot);
    const [main] = context?.servers ?? [];
    if (main !== undefined) giveTableAway(journalPath, main.directives);
    return { journalPath };
  });
  const counts = createRecentCounts();
  const guards = createGuards(engines, counts, (text, session) => {
    tell(text);
    if (session !== undefined) context?.log('notice', text, session);
  });
  const hear: EventListener = (event) => guards.hear(event);

  return defineModule({
    name: 'mod_ban',
    apiVersion: 1,
    directives: rows,
    controls: banControls(engines, counts),
    check: async (next) => checkBans(next),
    async start(next) {
      checkBans(next);
      log.follow(next.everywhere(banLog), next);
      logPath = next.everywhere(banLog).at(-1);
      context = next;
      readCount = 0;
      await engines.follow(next);
      if (readCount > 0) tell(`read ${readCount} bans and permits from BanTable`);
      guards.follow();
    },
    hooks: {
      connect: (session) => guards.admit(session),
      host: (session) => guards.admit(session),
      pre: (session, { verb }) => (verb === 'PASS' ? guards.admitUser(session) : undefined),
      login: (session) => guards.watchUser(session),
      end: (session) => guards.leave(session),
    },
    events: Object.fromEntries(
      banEvents.map(({ raisedBy }): [ServerEventName, EventListener] => [raisedBy, hear]),
    ),
    async stop() {
      await engines.close();
      log.close();
    },
  });
}
