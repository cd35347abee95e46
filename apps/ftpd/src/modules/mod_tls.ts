import { defineModule, type FtpdModule, type ModuleContext } from '@ftpd/module';
import { createTlsSessions } from '@ftpd/tls-session';
import { tlsFilesThrough } from '../server-process/tls-files.ts';
import type { Surroundings } from '../surroundings.ts';
import { cacheBackendRow } from '../cache/backend-row.ts';
import { certificateClaim } from './tls/certificate-claim.ts';
import { passPhraseProvider } from './tls/certificate-rows.ts';
import { tlsControls } from './tls/controls.ts';
import { tlsRows } from './tls/rows.ts';
import { cacheModules } from './tls/session-cache.ts';
import { createStaplers } from './tls/stapling.ts';
import { ownTlsFiles } from './tls/tls-files.ts';
import { createTlsLogs } from './tls/tls-logs.ts';
import { createTlsService } from './tls/tls-service.ts';

/** FTP over TLS. */
export function modTls({ keeper }: Surroundings): FtpdModule {
  let provider: string | undefined;
  const logs = createTlsLogs();
  const isCacheType = (context: ModuleContext, type: string): boolean =>
    type in cacheModules ||
    context.everywhere(cacheBackendRow).some(({ name }) => name === type.toLowerCase());
  const staplers = createStaplers({ isCacheType, note: (level, text) => logs.note(text, level) });
  const service = createTlsService({
    files: keeper === undefined ? ownTlsFiles(() => provider) : tlsFilesThrough(keeper),
    logs,
    createSessions: createTlsSessions,
    isCacheType,
    stapling: (context) => staplers.follow(context),
  });
  const takeOver = ({ servers: [main] }: ModuleContext): void => {
    provider = main?.directives.first(passPhraseProvider)?.path;
  };
  return defineModule({
    name: 'mod_tls',
    apiVersion: 1,
    directives: tlsRows,
    tls: service.port,
    controls: tlsControls(service.sessionCache),
    certificateClaim: (session, { user }) =>
      Promise.resolve(certificateClaim(session, user, (text) => logs.tell(session, text))),
    async check(context) {
      takeOver(context);
      await service.check(context);
    },
    async start(context) {
      takeOver(context);
      await service.follow(context);
    },
    async stop() {
      staplers.close();
      await service.stop();
    },
  });
}
