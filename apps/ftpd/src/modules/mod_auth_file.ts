import {
  checkAccountFile,
  createFileAuthenticator,
  isAuthError,
  parseFileRestrictions,
  type AccountFileKind,
  type FileRestrictions,
} from '@ftpd/auth';
import {
  badCount,
  badValue,
  defineDirective,
  keywords,
  SERVER_CONTEXTS,
  type DirectiveRow,
} from '@ftpd/config';
import { defineModule, type FtpdModule } from '@ftpd/module';
import { sharedHasher } from './auth/shared-hasher.ts';
import type { Surroundings } from '../surroundings.ts';

const module = 'mod_auth_file.c';

export interface AccountFileValue {
  readonly path: string;
  readonly restrictions: FileRestrictions;
}

function accountFileRow(
  name: AccountFileKind,
  kind: 'user' | 'group',
  syntax: string,
  doc: string,
): DirectiveRow<AccountFileValue> {
  return defineDirective({
    name,
    module,
    syntax,
    contexts: SERVER_CONTEXTS,
    repeats: 'last-wins',
    doc,
    parse: ([path, ...words], site) => {
      if (path === undefined) throw badCount('missing parameters');
      try {
        for (const warning of checkAccountFile(name, path)) site.warn(warning);
        return { path, restrictions: parseFileRestrictions(kind, words) };
      } catch (error) {
        if (!isAuthError(error)) throw error;
        throw badValue(error.message, 0, error.cause instanceof Error ? error.cause.message : undefined);
      }
    },
  });
}

export const authUserFile = accountFileRow(
  'AuthUserFile',
  'user',
  'AuthUserFile path [id min-max] [home regex] [name regex]',
  'A file of accounts, in the form of passwd(5).',
);

export const authGroupFile = accountFileRow(
  'AuthGroupFile',
  'group',
  'AuthGroupFile path [id min-max] [name regex]',
  'A file of groups, in the form of group(5).',
);

export const authFileOptions = defineDirective({
  name: 'AuthFileOptions',
  module,
  syntax: 'AuthFileOptions option ...',
  contexts: ['server config'],
  repeats: 'last-wins',
  doc: 'SyntaxCheck: a malformed line keeps the daemon from starting. InsecurePerms is refused.',
  parse: (args, site) => {
    const options = keywords('AuthFileOption', 'InsecurePerms', 'SyntaxCheck')(args, site);
    if (options.has('InsecurePerms'))
      site.warn('InsecurePerms has no effect: others must not read or change these files');
    return options;
  },
});

/** Accounts in files. */
export function modAuthFile(_surroundings: Surroundings): FtpdModule {
  return defineModule({
    name: 'mod_auth_file',
    apiVersion: 1,
    directives: [authUserFile, authGroupFile, authFileOptions],
    auth(directives, { log }) {
      const users = directives.first(authUserFile);
      const groups = directives.first(authGroupFile);
      if (users === undefined && groups === undefined) return undefined;
      return createFileAuthenticator({
        ...(users === undefined ? {} : { userFile: users.path, userRestrictions: users.restrictions }),
        ...(groups === undefined ? {} : { groupFile: groups.path, groupRestrictions: groups.restrictions }),
        hasher: sharedHasher(),
        onProblem: (path, problem) => log('warning', `mod_auth_file: ${path}: ${problem.text}`),
      });
    },
  });
}
