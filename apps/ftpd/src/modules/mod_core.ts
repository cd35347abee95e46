import { defineModule, type FtpdModule, type ModuleContext } from '@ftpd/module';
import { acceptedRows } from './core/accepted.ts';
import { accessRows } from './core/access.ts';
import { environmentRows } from './core/environment.ts';
import { fileRows } from './core/files.ts';
import { networkRows } from './core/network.ts';
import { ownerRows } from './core/owners.ts';
import { serverRows } from './core/server.ts';
import { traceRows } from '../trace/trace-rows.ts';

/** The server itself: who it is, where it listens, who may do what; and the lines of a session in SystemLog. */
export function modCore(): FtpdModule {
  let log: ModuleContext['log'] = () => {};
  return defineModule({
    name: 'mod_core',
    apiVersion: 1,
    directives: [
      ...serverRows,
      ...environmentRows,
      ...networkRows,
      ...accessRows,
      ...fileRows,
      ...ownerRows,
      ...acceptedRows,
      ...traceRows,
    ],
    start(context) {
      log = context.log;
    },
    hooks: {
      connect(session) {
        log('info', 'FTP session opened.', session);
        return undefined;
      },
      end(session) {
        log('info', 'FTP session closed.', session);
      },
    },
  });
}
