import {
  badCount,
  badValue,
  boolean,
  defineDirective,
  one,
  SERVER_CONTEXTS,
  text,
  type ArgumentsParser,
} from '@ftpd/config';

const unix = 'mod_auth_unix.c';
const pam = 'mod_auth_pam.c';

/** Words out of a fixed set, in any case. ProFTPD has texts of its own for these. */
function options<const Word extends string>(
  what: string,
  ...words: readonly Word[]
): ArgumentsParser<ReadonlySet<Word>> {
  return (args) => {
    if (args.length === 0) throw badCount();
    return new Set(
      args.map((arg, index) => {
        const word = words.find((each) => each.toLowerCase() === arg.toLowerCase());
        if (word === undefined)
          throw badValue(`: unknown ${what} '${arg}'`, index, `known: ${words.join(', ')}`);
        return word;
      }),
    );
  };
}

const unixOptions = options(
  'AuthUnixOption',
  'AIXNoRLogin',
  'MagicTokenChroot',
  'NoGetgrouplist',
  'NoInitgroups',
);

export const persistentPasswd = defineDirective({
  name: 'PersistentPasswd',
  module: unix,
  syntax: 'PersistentPasswd on|off',
  contexts: SERVER_CONTEXTS,
  repeats: 'last-wins',
  defaultValue: false,
  doc: 'Whether accounts come from /etc/passwd and /etc/group alone, without the name service. Both are read again within a minute of a change.',
  parse: one(boolean),
});

export const authUnixOptions = defineDirective({
  name: 'AuthUnixOptions',
  module: unix,
  syntax: 'AuthUnixOptions option ...',
  contexts: SERVER_CONTEXTS,
  repeats: 'last-wins',
  doc: 'MagicTokenChroot: a home FOLDER/./START sets the root and the start. NoInitgroups: no limit on groups, as here in any case. AIXNoRLogin is for AIX.',
  parse: (args, site) => {
    const words = unixOptions(args, site);
    if (words.has('NoGetgrouplist'))
      site.warn('NoGetgrouplist has no effect: the groups of a user come from getgrouplist(3)');
    return words;
  },
});

export const authPam = defineDirective({
  name: 'AuthPAM',
  module: pam,
  syntax: 'AuthPAM on|off',
  contexts: SERVER_CONTEXTS,
  repeats: 'last-wins',
  doc: 'Whether PAM is asked about passwords. Not set: it is, except by a daemon that serves without privileges.',
  parse: one(boolean),
});

export const authPamConfig = defineDirective({
  name: 'AuthPAMConfig',
  module: pam,
  syntax: 'AuthPAMConfig service',
  contexts: SERVER_CONTEXTS,
  repeats: 'last-wins',
  doc: 'The service as which PAM is asked, a file in /etc/pam.d. Not set: proftpd.',
  parse: one(text),
});

export const authPamOptions = defineDirective({
  name: 'AuthPAMOptions',
  module: pam,
  syntax: 'AuthPAMOptions option ...',
  contexts: SERVER_CONTEXTS,
  repeats: 'last-wins',
  doc: 'NoTTY: PAM is told of no terminal.',
  parse: options('AuthPAMOption:', 'NoTTY'),
});

export const defaultPamService = 'proftpd';
