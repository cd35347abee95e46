import { appendWtmp } from '@ftpd/posix';
import { useLastlog, wtmpLog } from '../../modules/auth/login.ts';
import { readFields, type Fields } from '../checks.ts';
import { KeeperError } from '../keeper-error.ts';
import { lastlogPath, writeLastlog } from '../lastlog.ts';
import type { KeeperContext, KeeperRequest } from '../request.ts';
import { accountsNamed } from './accounts-named.ts';

const fields = { user: 'text', uid: 'id', host: 'text' } as const;

/** What last(1) reads. */
export const wtmpPath = '/var/log/wtmp';

/** Logins without their logout. */
const open = new Map<number, () => void>();
const maxOpen = 65_536;
let lastLogin = 0;

/**
 * Writes a login to wtmp, where WtmpLog is not off everywhere, and to lastlog with UseLastlog. The value is its number,
 * for `record-logout`; logouts of a server that is gone are written without. Who the user is, is the server's word: it
 * may act as any user anyway.
 */
export const recordLoginRequest: KeeperRequest<Fields<typeof fields>, number> = {
  name: 'record-login',
  deadlineMs: 10_000,
  maxParallel: 4096,
  check: (input) => readFields(input, fields),
  async handle({ user, uid, host }, keeper) {
    if (!isWanted(keeper)) throw new KeeperError('KEEPER_REFUSED', 'WtmpLog is off');
    if (open.size >= maxOpen) throw new KeeperError('KEEPER_BUSY', 'logins');
    lastLogin += 1;
    const id = lastLogin;
    const line = `ftpd${process.pid}-${id}`;
    const record = (kind: 'login' | 'logout'): void =>
      write('WtmpLog', keeper, () =>
        appendWtmp(wtmpPath, { kind, line, user, host, pid: process.pid, atMs: Date.now() }),
      );
    record('login');
    const finish = (): void => {
      open.delete(id);
      forget();
      record('logout');
    };
    const forget = keeper.whenServerEnds(finish);
    open.set(id, finish);
    // The number is a place in a file, which nobody should make huge.
    if (keeper.composition.main.first(useLastlog) && (await isOf(user, uid, keeper)))
      write('UseLastlog', keeper, () => writeLastlog(lastlogPath, { uid, line, host, atMs: Date.now() }));
    return { value: id };
  },
};

async function isOf(user: string, uid: number, keeper: KeeperContext): Promise<boolean> {
  return (await accountsNamed(keeper, user)).some((account) => account.uid === uid);
}

/** Writes the logout of a login. One that is written already is none. */
export const recordLogoutRequest: KeeperRequest<{ readonly login: number }, null> = {
  name: 'record-logout',
  deadlineMs: 10_000,
  maxParallel: 4096,
  check: (input) => readFields(input, { login: 'id' }),
  handle({ login }) {
    open.get(login)?.();
    return Promise.resolve({ value: null });
  },
};

const isWanted = ({ composition }: KeeperContext): boolean =>
  composition.scopes.some((scope) => scope.first(wtmpLog)) ||
  composition.moduleContext.everywhere(wtmpLog).includes(true);

/** A system without the file wants none. */
function write(directive: string, { log }: KeeperContext, append: () => void): void {
  try {
    append();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    log('error', `${directive}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
