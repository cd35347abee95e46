import { badCount, defineDirective, SERVER_CONTEXTS } from '@ftpd/config';

export interface AuthOrderEntry {
  /** Without `.c`. */
  readonly module: string;
  /** A user that this module does not know is unknown. */
  readonly isAuthoritative: boolean;
}

/** Not set: every module that has accounts, AuthUserFile first. */
export const authOrder = defineDirective({
  name: 'AuthOrder',
  module: 'mod_core.c',
  syntax: 'AuthOrder module.c[*] ...',
  contexts: SERVER_CONTEXTS,
  repeats: 'last-wins',
  doc: 'Which modules are asked about users, in order; * ends the search.',
  parse: (args): readonly AuthOrderEntry[] => {
    if (args.length === 0) throw badCount('missing parameters');
    return args.map((word) => ({
      module: word.replace(/\*$/, '').replace(/\.c$/, ''),
      isAuthoritative: word.endsWith('*'),
    }));
  },
});
