import { SERVER_CONTEXTS } from '@ftpd/config';
import { defineModule, type FtpdModule } from '@ftpd/module';
import { reply } from '@ftpd/protocol';
import { switchRow } from './switch-row.ts';

export const siteMiscEngine = switchRow({
  name: 'SiteMiscEngine',
  module: 'mod_site_misc.c',
  contexts: SERVER_CONTEXTS,
  defaultValue: true,
  doc: 'Whether SITE MKDIR, RMDIR, SYMLINK and UTIME are there.',
});

const commands: ReadonlySet<string> = new Set(['MKDIR', 'RMDIR', 'SYMLINK', 'UTIME']);

/** SITE MKDIR, RMDIR, SYMLINK and UTIME; they are commands of the server, which this module can take away. */
export const modSiteMisc: FtpdModule = defineModule({
  name: 'mod_site_misc',
  apiVersion: 1,
  directives: [siteMiscEngine],
  hooks: {
    pre(session, { verb, argument }) {
      if (verb !== 'SITE') return undefined;
      const [name = ''] = argument.trimStart().split(/\s/, 1);
      const isOurs = commands.has(name.toUpperCase());
      if (!isOurs || session.settings.directives.first(siteMiscEngine.name) !== false) return undefined;
      return reply(500, `'SITE ${name}' not understood`);
    },
  },
});
