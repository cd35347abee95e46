import { boundSocket, isPosixError } from '@ftpd/posix';
import { rootRevoke } from '../../modules/auth/login.ts';
import { readFields, type Fields } from '../checks.ts';
import { KeeperError } from '../keeper-error.ts';
import type { KeeperContext, KeeperRequest } from '../request.ts';

const fields = { address: 'text', port: 'id' } as const;

/** Only the port below one that the daemon listens on, and only where a RootRevoke wants it. */
function mayBeBound({ composition: { listenPoints, moduleContext } }: KeeperContext, port: number): boolean {
  return (
    listenPoints.some((point) => point.port - 1 === port) &&
    moduleContext.everywhere(rootRevoke).includes('control-less-one')
  );
}

/** Binds a socket for an active data connection. The value is the system's error code, or nothing. */
export const bindDataPort: KeeperRequest<Fields<typeof fields>, { readonly failure?: string }> = {
  name: 'bind-data-port',
  deadlineMs: 5000,
  maxParallel: 256,
  check: (input) => readFields(input, fields),
  async handle({ address, port }, keeper) {
    if (!mayBeBound(keeper, port)) throw new KeeperError('KEEPER_REFUSED', `port ${port}`);
    try {
      return { value: {}, descriptors: [boundSocket({ host: address, port })] };
    } catch (error) {
      if (!isPosixError(error)) throw error;
      return { value: { failure: error.code } };
    }
  },
};
