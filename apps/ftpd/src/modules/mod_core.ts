import { defineModule } from '@ftpd/module';
import type { FtpdModule } from '@ftpd/module';
import { accessRows } from './core/access.ts';
import { fileRows } from './core/files.ts';
import { networkRows } from './core/network.ts';
import { serverRows } from './core/server.ts';

/** The server itself: who it is, where it listens, who may do what. */
export const modCore: FtpdModule = defineModule({
  name: 'mod_core',
  apiVersion: 1,
  directives: [...serverRows, ...networkRows, ...accessRows, ...fileRows],
});
