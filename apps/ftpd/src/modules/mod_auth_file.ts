import { createFileAuthenticator } from '@ftpd/auth';
import { defineDirective, keywords } from '@ftpd/config';
import { defineModule, type FtpdModule } from '@ftpd/module';
import { accountFilesThrough } from '../server-process/account-files.ts';
import type { Surroundings } from '../surroundings.ts';
import { authGroupFile, authUserFile } from './account-file-rows.ts';
import { sharedHasher } from './auth/shared-hasher.ts';

const module = 'mod_auth_file.c';

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
export function modAuthFile({ keeper }: Surroundings): FtpdModule {
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
        ...(keeper === undefined ? {} : { source: accountFilesThrough(keeper) }),
        onProblem: (path, problem) => log('warning', `mod_auth_file: ${path}: ${problem.text}`),
      });
    },
  });
}
