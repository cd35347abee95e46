import { badValue, defineDirective, exactlyOne, SERVER_CONTEXTS } from '@ftpd/config';
import { defineModule, type FtpdModule } from '@ftpd/module';
import { switchRow } from './switch-row.ts';

const module = 'mod_log.c';

/** `none`: off. Undefined: syslog. */
export const systemLog = defineDirective({
  name: 'SystemLog',
  module,
  syntax: 'SystemLog path|none',
  contexts: ['server config'],
  repeats: 'last-wins',
  doc: 'The file that the daemon writes what it does to. Without it syslog is told, or the terminal with -n.',
  parse: exactlyOne((path): string => {
    if (path.toLowerCase() === 'none') return 'none';
    if (!path.startsWith('/'))
      throw badValue(`unable to use relative path for SystemLog '${path}'.`, 0, 'write an absolute path');
    return path;
  }),
});

export const allowLogSymlinks = switchRow({
  name: 'AllowLogSymlinks',
  module,
  contexts: SERVER_CONTEXTS,
  defaultValue: false,
  doc: 'Whether the name of a log may be a symbolic link.',
});

/** Logs. */
export const modLog: FtpdModule = defineModule({
  name: 'mod_log',
  apiVersion: 1,
  directives: [systemLog, allowLogSymlinks],
});
