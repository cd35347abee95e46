import {
  checkAccountFile,
  isAuthError,
  parseFileRestrictions,
  type AccountFileKind,
  type FileRestrictions,
} from '@ftpd/auth';
import { badCount, badValue, defineDirective, SERVER_CONTEXTS, type DirectiveRow } from '@ftpd/config';
import { isKeptServer } from '../server-process/mark.ts';

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
        // The keeper has, and the server may not be allowed to look.
        if (!isKeptServer()) for (const warning of checkAccountFile(name, path)) site.warn(warning);
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
