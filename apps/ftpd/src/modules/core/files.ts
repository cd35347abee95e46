import {
  absolutePath,
  badCount,
  badValue,
  boolean,
  defineDirective,
  exactlyOne,
  integer,
  oneAndMaybe,
  oneOf,
  SERVER_CONTEXTS,
  text,
} from '@ftpd/config';
import { syslogFacilities, type SyslogFacilityName } from '../../log/syslog-message.ts';
import { defaultPidFile, defaultScoreboardFile } from '../../default-paths.ts';

const module = 'mod_core.c';
const main = ['server config'] as const;

function displayRow(
  name: 'DisplayConnect' | 'DisplayQuit',
  contexts: readonly (typeof SERVER_CONTEXTS)[number][],
  doc: string,
) {
  return defineDirective({
    name,
    module,
    syntax: `${name} file`,
    contexts,
    repeats: 'last-wins',
    doc,
    parse: exactlyOne(text),
  });
}

export const displayConnect = displayRow(
  'DisplayConnect',
  SERVER_CONTEXTS,
  'A file that is shown before the login.',
);
export const displayQuit = displayRow(
  'DisplayQuit',
  [...SERVER_CONTEXTS, '<Anonymous>'],
  'A file that is shown at QUIT.',
);

export interface DisplayChdirValue {
  readonly file: string;
  /** Whether it is shown again only when it changed. */
  readonly isShownOnce: boolean;
}

export const displayChdir = defineDirective({
  name: 'DisplayChdir',
  module,
  syntax: 'DisplayChdir file [on|off]',
  contexts: [...SERVER_CONTEXTS, '<Anonymous>', '<Directory>'],
  repeats: 'last-wins',
  doc: 'A file that is shown when a folder is entered; on: only the first time, or when it changed.',
  parse: (args, site): DisplayChdirValue => {
    const [file, isShownOnce = false] = oneAndMaybe(text, boolean)(args, site);
    return { file, isShownOnce };
  },
});

export const deferWelcome = defineDirective({
  name: 'DeferWelcome',
  module,
  syntax: 'DeferWelcome on|off',
  contexts: SERVER_CONTEXTS,
  repeats: 'last-wins',
  defaultValue: false,
  doc: 'Whether the greeting tells nothing until the login.',
  parse: exactlyOne(boolean),
});

export const pidFile = defineDirective({
  name: 'PidFile',
  module,
  syntax: 'PidFile path',
  contexts: main,
  repeats: 'last-wins',
  defaultValue: defaultPidFile,
  doc: 'Where the number of the daemon’s process is written.',
  parse: exactlyOne((path) => {
    if (!path.startsWith('/'))
      throw badValue(`unable to set PidFile '${path}': Invalid argument`, 0, 'write an absolute path');
    return path;
  }),
});

/** `undefined`: none is kept. */
export const scoreboardFile = defineDirective({
  name: 'ScoreboardFile',
  module,
  syntax: 'ScoreboardFile path|none',
  contexts: main,
  repeats: 'last-wins',
  defaultValue: defaultScoreboardFile as string | undefined,
  doc: 'A file that is there while the daemon runs. It does not have ProFTPD’s binary format: use ftpwho of this daemon.',
  parse: exactlyOne((path) =>
    /^(none|off|no)$/i.test(path) || path === '/dev/null' ? undefined : absolutePath(path),
  ),
});

export const debugLevel = defineDirective({
  name: 'DebugLevel',
  module,
  syntax: 'DebugLevel level',
  contexts: SERVER_CONTEXTS,
  repeats: 'last-wins',
  doc: 'How much is told for finding errors, from 0 to 10.',
  parse: exactlyOne((word) => {
    try {
      return integer(0, 10)(word);
    } catch {
      throw badValue('invalid debug level configured', 0, 'write a number from 0 to 10');
    }
  }),
});

export const syslogLevels = ['emerg', 'alert', 'crit', 'error', 'warn', 'notice', 'info', 'debug'] as const;

export const syslogLevel = defineDirective({
  name: 'SyslogLevel',
  module,
  syntax: 'SyslogLevel emerg|alert|crit|error|warn|notice|info|debug',
  contexts: SERVER_CONTEXTS,
  repeats: 'last-wins',
  defaultValue: 'notice' as (typeof syslogLevels)[number],
  doc: 'The least important messages that are logged.',
  parse: exactlyOne((word) => {
    try {
      return oneOf(...syslogLevels)(word);
    } catch {
      throw badValue(`SyslogLevel requires level keyword: one of ${syslogLevels.join('/')}`, 0);
    }
  }),
});

export const syslogFacility = defineDirective({
  name: 'SyslogFacility',
  module,
  syntax: 'SyslogFacility AUTH|AUTHPRIV|CRON|DAEMON|FTP|KERN|LPR|MAIL|NEWS|USER|UUCP|LOCAL0…LOCAL7',
  contexts: main,
  repeats: 'last-wins',
  doc: 'The kind of all messages to syslog. Without it logins are authpriv, and all else is daemon.',
  parse: (args): SyslogFacilityName => {
    const [word] = args;
    if (word === undefined) throw badCount('missing parameters');
    const name = word.toLowerCase();
    if (!isFacility(name)) throw badValue('argument must be a valid syslog facility', 0);
    return name;
  },
});

const isFacility = (name: string): name is SyslogFacilityName => Object.hasOwn(syslogFacilities, name);

/** `undefined`: off. */
export const transferLog = defineDirective({
  name: 'TransferLog',
  module,
  syntax: 'TransferLog path|none',
  contexts: [...SERVER_CONTEXTS, '<Anonymous>'],
  repeats: 'last-wins',
  doc: 'The file that gets a line for each transfer, as xferlog(5).',
  parse: exactlyOne((path) => (path.toLowerCase() === 'none' ? undefined : path)),
});

export const fileRows = [
  displayConnect,
  displayQuit,
  displayChdir,
  deferWelcome,
  pidFile,
  scoreboardFile,
  debugLevel,
  syslogLevel,
  syslogFacility,
  transferLog,
];
