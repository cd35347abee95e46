import { createPamCheck, type PamCheck } from '@ftpd/auth-system';
import type { PasswordCheckVerdict } from '@ftpd/auth';
import { authPamConfig, defaultPamService } from '../../modules/auth/system-rows.ts';
import { pamPool } from '../../modules/auth/system-pools.ts';
import { readFields } from '../checks.ts';
import { KeeperError } from '../keeper-error.ts';
import type { KeeperContext, KeeperRequest } from '../request.ts';

export interface PamQuestion {
  readonly service: string;
  readonly hasTty: boolean;
  readonly user: string;
  readonly password: string;
  readonly remoteAddress: string;
  readonly opensSession: boolean;
}

export type KeptPamVerdict = Exclude<PasswordCheckVerdict, { outcome: 'unavailable' }> & {
  /** Of the PAM session that is open now, for `close-pam`. */
  readonly session?: number;
};

const maxSessions = 65_536;

/** The PAM sessions of the server's sessions: ended when it says so, or when it is gone itself. */
const sessions = new Map<number, () => void>();
let lastSession = 0;

/** Asks PAM about a password, and opens a session if it is right. Only services that the configuration names. */
export const checkPamRequest: KeeperRequest<PamQuestion, KeptPamVerdict> = {
  name: 'check-pam',
  deadlineMs: 120_000,
  maxParallel: 4096,
  check: (input) =>
    readFields(input, {
      service: 'text',
      hasTty: 'flag',
      user: 'text',
      password: 'text',
      remoteAddress: 'text',
      opensSession: 'flag',
    }),
  async handle({ service, hasTty, user, password, remoteAddress, opensSession }, keeper) {
    if (!isNamed(service, keeper)) throw new KeeperError('KEEPER_REFUSED', 'a service of PAM');
    if (sessions.size >= maxSessions) throw new KeeperError('KEEPER_BUSY', 'sessions of PAM');
    const lifetime = new AbortController();
    const end = (): void => lifetime.abort();
    keeper.signal.addEventListener('abort', end, { once: true });
    const check = checkOf(service, hasTty, keeper);
    const verdict = await check.checkUser(user, password, {
      remoteAddress,
      ...(opensSession ? { signal: lifetime.signal } : {}),
    });
    // From here on the request's own signal has nothing to say: it ends with the answer, the session lives on.
    keeper.signal.removeEventListener('abort', end);
    if (verdict.outcome === 'unavailable') throw new KeeperError('KEEPER_FAILED', 'check-pam', verdict.cause);
    if (!opensSession || lifetime.signal.aborted) return { value: verdict };
    return { value: { ...verdict, session: keepSession(end, keeper) } };
  },
};

function keepSession(end: () => void, keeper: KeeperContext): number {
  lastSession += 1;
  const id = lastSession;
  const finish = (): void => {
    sessions.delete(id);
    forget();
    end();
  };
  const forget = keeper.whenServerEnds(finish);
  sessions.set(id, finish);
  return id;
}

/** Closes a PAM session. One that is closed already is none. */
export const closePamRequest: KeeperRequest<{ readonly session: number }, null> = {
  name: 'close-pam',
  deadlineMs: 10_000,
  maxParallel: 4096,
  check: (input) => readFields(input, { session: 'id' }),
  handle({ session }) {
    sessions.get(session)?.();
    return Promise.resolve({ value: null });
  },
};

function isNamed(service: string, { composition }: KeeperContext): boolean {
  return (
    service === defaultPamService || composition.moduleContext.everywhere(authPamConfig).includes(service)
  );
}

const checks = new Map<string, PamCheck>();

/** One for each service, so that its terminals have numbers of their own; there are few. */
function checkOf(service: string, hasTty: boolean, { log }: KeeperContext): PamCheck {
  const key = `${hasTty} ${service}`;
  const known = checks.get(key);
  if (known !== undefined) return known;
  const check = createPamCheck({
    pool: pamPool(),
    service,
    hasTty,
    onMessage: (text) => log('notice', `mod_auth_pam: ${text}`),
  });
  checks.set(key, check);
  return check;
}
