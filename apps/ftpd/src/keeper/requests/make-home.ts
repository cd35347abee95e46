import { createHome } from '../../modules/auth/create-home.ts';
import { umask } from '../../modules/core/server.ts';
import { readFields, type Fields } from '../checks.ts';
import { KeeperError } from '../keeper-error.ts';
import type { KeeperContext, KeeperRequest } from '../request.ts';

const fields = { user: 'text', server: 'id', className: 'text?' } as const;
type Input = Fields<typeof fields>;

/** Homes that are being made, by path: a second login of the user waits for the first. */
const underWay = new Map<string, Promise<boolean>>();

/** Makes the home of an account where CreateHome of its server says so. The value is why it could not, or nothing. */
export const makeHomeRequest: KeeperRequest<Input, { readonly failure?: string }> = {
  name: 'make-home',
  deadlineMs: 30_000,
  maxParallel: 8,
  check: (input) => readFields(input, fields),
  async handle({ user, server, className }, { composition, signal }: KeeperContext) {
    const scope = composition.scopes[server];
    if (scope === undefined) throw new KeeperError('KEEPER_REFUSED', `server ${server}`);
    const account = await composition.accounts.of(scope).lookUp(user);
    if (account === undefined || account.uid === 0) throw new KeeperError('KEEPER_REFUSED', user);
    const groups = [...new Set([account.group ?? [], account.groupNames].flat())];
    const known = composition.configuration.scope({
      server: scope.selector.server,
      className,
      user: account.user,
      groups,
    });
    const value = known.first(createHome);
    if (value === undefined || value.isMadeByUser) throw new KeeperError('KEEPER_REFUSED', user);
    const { home } = account;
    if (!home.startsWith('/')) return { value: { failure: `home '${home}' is not an absolute path` } };
    const { makeHome } = await import('../make-home.ts');
    const made =
      underWay.get(home) ??
      makeHome({ account, value, umask: known.first(umask).directory }, signal).finally(() =>
        underWay.delete(home),
      );
    underWay.set(home, made);
    try {
      await made;
      return { value: {} };
    } catch (error) {
      return { value: { failure: error instanceof Error ? error.message : String(error) } };
    }
  },
};
