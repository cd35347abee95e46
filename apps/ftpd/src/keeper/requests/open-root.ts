import { constants, open } from 'node:fs';
import { promisify } from 'node:util';
import { O_PATH } from '@ftpd/posix';
import { encodeName } from '@ftpd/storage';
import { defaultRoot } from '../../modules/auth/login.ts';
import { expandPath, type Member } from '../../policy/default-root.ts';
import { readFields, type Fields } from '../checks.ts';
import { KeeperError } from '../keeper-error.ts';
import type { KeeperContext, KeeperRequest } from '../request.ts';
import { accountsNamed } from './accounts-named.ts';

const fields = { user: 'text', path: 'path' } as const;

const openFile = promisify(open);

/** Every root that the configuration has for a user, whatever his groups: the server says which it is. */
async function rootsOf(
  { composition, system, ...keeper }: KeeperContext,
  user: string,
): Promise<Set<string>> {
  const roots = new Set<string>();
  const homeOf = (name: string): string | undefined => system.user(name)?.home;
  for (const account of await accountsNamed({ composition, system, ...keeper }, user)) {
    const { home, groupNames, root: own } = account;
    const member: Member = { user: account.user, home, groupNames };
    roots.add(own ?? home);
    for (const { path } of composition.moduleContext.everywhere(defaultRoot))
      roots.add(expandPath(path, member, homeOf));
    for (const scope of composition.scopes)
      for (const { root } of scope.anonymousSections()) roots.add(expandPath(root, member, homeOf));
  }
  return roots;
}

/**
 * Opens the root of a session whose user may not pass a folder above it. Only a way to it (O_PATH): what is in it, the
 * user's rights decide. The value is the system's error code, or nothing.
 */
export const openRoot: KeeperRequest<Fields<typeof fields>, { readonly failure?: string }> = {
  name: 'open-root',
  deadlineMs: 15_000,
  maxParallel: 16,
  check: (input) => readFields(input, fields),
  async handle({ user, path }, keeper) {
    if (!(await rootsOf(keeper, user)).has(path)) throw new KeeperError('KEEPER_REFUSED', path);
    try {
      const descriptor = await openFile(Buffer.from(encodeName(path)), O_PATH | constants.O_DIRECTORY);
      return { value: {}, descriptors: [descriptor] };
    } catch (error) {
      return { value: { failure: (error as NodeJS.ErrnoException).code ?? 'EIO' } };
    }
  },
};
