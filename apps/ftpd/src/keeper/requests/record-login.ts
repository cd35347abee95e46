import { appendWtmp, type WtmpRecord } from '@ftpd/posix';
import { wtmpLog } from '../../modules/auth/login.ts';
import { readFields, type Fields } from '../checks.ts';
import { KeeperError } from '../keeper-error.ts';
import type { KeeperContext, KeeperRequest } from '../request.ts';

const fields = { user: 'text', host: 'text' } as const;

/** What last(1) reads. */
export const wtmpPath = '/var/log/wtmp';

/** Logins without their logout. */
const open = new Map<number, () => void>();
const maxOpen = 65_536;
let lastLogin = 0;

/**
 * Writes a login to wtmp, where WtmpLog is not off everywhere. The value is its number, for `record-logout`; logouts of
 * a server that is gone are written without. Who the user is, is the server's word: it may act as any user anyway.
 */
export const recordLoginRequest: KeeperRequest<Fields<typeof fields>, number> = {
  name: 'record-login',
  deadlineMs: 10_000,
  maxParallel: 4096,
  check: (input) => readFields(input, fields),
  handle(login, keeper) {
    if (!isWanted(keeper)) return Promise.reject(new KeeperError('KEEPER_REFUSED', 'WtmpLog is off'));
    if (open.size >= maxOpen) return Promise.reject(new KeeperError('KEEPER_BUSY', 'logins'));
    lastLogin += 1;
    const id = lastLogin;
    const line = `ftpd${process.pid}-${id}`;
    write(keeper, { ...login, kind: 'login', line });
    const finish = (): void => {
      open.delete(id);
      forget();
      write(keeper, { ...login, kind: 'logout', line });
    };
    const forget = keeper.whenServerEnds(finish);
    open.set(id, finish);
    return Promise.resolve({ value: id });
  },
};

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
function write({ log }: KeeperContext, record: Pick<WtmpRecord, 'kind' | 'line' | 'user' | 'host'>): void {
  try {
    appendWtmp(wtmpPath, { ...record, pid: process.pid, atMs: Date.now() });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    log('error', `WtmpLog: ${error instanceof Error ? error.message : String(error)}`);
  }
}
