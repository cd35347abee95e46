import {
  createCheckedAuthenticator,
  type Authenticator,
  type PasswordCheck,
  type PasswordCheckVerdict,
  type Refusal,
  type VerifyContext,
} from '@ftpd/auth';
import { failureVerdict, isPossibleName } from './unix-authenticator.ts';
import type { PamAnswer, PamLogin } from './worker-protocol.ts';
import type { WorkerPool } from './worker-pool.ts';

export interface PamOptions {
  /** The processes that speak to PAM. Whoever made the pool closes it. */
  readonly pool: WorkerPool;
  /** Name of the file in /etc/pam.d. Default: `proftpd`, as Debian's ProFTPD has it. */
  readonly service?: string;
  /** Whether PAM_TTY is set, to `/dev/ftpdN`, N being a number of this check. Default: true. */
  readonly hasTty?: boolean;
  /** A folder of service files in place of /etc/pam.d. */
  readonly configurationFolder?: string;
  /** Is told what PAM and its modules say of a login. */
  readonly onMessage?: (text: string) => void;
}

/** PAM with its sessions. */
export interface PamCheck extends PasswordCheck {
  /** Sessions that are open. */
  readonly openSessions: number;
  /** As `check`, by the user's name alone. */
  checkUser(user: string, password: string, context: VerifyContext): Promise<PasswordCheckVerdict>;
}

interface OpenSession {
  readonly login: PamLogin;
  readonly worker: number;
  readonly session: number;
}

/** Refusals that PAM has names for; everything else is a wrong password, as in ProFTPD's log. */
const reasons: Readonly<Record<string, Refusal>> = {
  PAM_ACCT_EXPIRED: 'account-expired',
  PAM_AUTHTOK_EXPIRED: 'password-expired',
  PAM_NEW_AUTHTOK_REQD: 'password-expired',
};

/**
 * Passwords checked by PAM (ProFTPD mod_auth_pam), in a process of the pool: authentication, account management, then
 * a session and credentials. The session is closed when the context's signal ends; without a signal none is opened.
 */
export function createPamCheck({
  pool,
  service = 'proftpd',
  hasTty = true,
  configurationFolder,
  onMessage = () => {},
}: PamOptions): PamCheck {
  const open = new Set<OpenSession>();
  let lastTty = 0;

  function loginOf(user: string, remoteAddress: string): PamLogin {
    lastTty += 1;
    return {
      service,
      user,
      remoteAddress,
      ...(hasTty ? { tty: `/dev/ftpd${lastTty}` } : {}),
      ...(configurationFolder === undefined ? {} : { configurationFolder }),
    };
  }

  function report(user: string, { step, text, messages, outcome }: PamAnswer): void {
    for (const message of messages) onMessage(`PAM(${user}): ${message}`);
    // ProFTPD says nothing of passwords that are wrong but what it says of every failed login.
    if (outcome === 'refused' && step !== 'authenticate') onMessage(`PAM(${user}): ${text}`);
  }

  async function close(session: OpenSession): Promise<void> {
    if (!open.delete(session)) return;
    const { login, worker } = session;
    try {
      await pool.run('close-pam', { session: session.session }, { worker });
    } catch {
      // The process that held the transaction was ended, because somebody else's login hung in it.
      await pool.run('close-lost-pam', login).catch((cause: unknown) => {
        onMessage(`PAM(${login.user}): closing the session failed: ${String(cause)}`);
      });
    }
  }

  /** Has the session closed when the signal ends, which may have been while PAM was asked. */
  function keep(session: OpenSession, signal: AbortSignal): void {
    open.add(session);
    const onEnd = (): void => void close(session);
    if (signal.aborted) onEnd();
    else signal.addEventListener('abort', onEnd, { once: true });
  }

  function verdictOf(
    login: PamLogin,
    answer: PamAnswer,
    worker: number,
    { signal }: VerifyContext,
  ): PasswordCheckVerdict {
    report(login.user, answer);
    if (answer.session !== undefined && signal !== undefined)
      keep({ login, worker, session: answer.session }, signal);
    if (answer.outcome === 'accepted') {
      return { outcome: 'accepted', ...(answer.user === undefined ? {} : { user: answer.user }) };
    }
    // Not served in the process, which is free for others meanwhile.
    const { delayMs } = answer;
    return { outcome: 'refused', reason: reasonOf(answer), ...(delayMs > 0 ? { delayMs } : {}) };
  }

  async function checkUser(
    user: string,
    password: string,
    context: VerifyContext,
  ): Promise<PasswordCheckVerdict> {
    if (!isPossibleName(user) || !isPossiblePassword(password))
      return { outcome: 'refused', reason: 'wrong-password' };
    const { remoteAddress, signal } = context;
    const login = loginOf(user, remoteAddress);
    try {
      const { output, worker } = await pool.run(
        'check-pam',
        { ...login, password, opensSession: signal !== undefined },
        { remoteAddress, ...(signal === undefined ? {} : { signal }) },
      );
      return verdictOf(login, output, worker, context);
    } catch (cause) {
      onMessage(`PAM(${user}): ${cause instanceof Error ? cause.message : String(cause)}`);
      return failureVerdict(cause);
    }
  }

  return {
    name: 'mod_auth_pam',
    get openSessions() {
      return open.size;
    },
    checkUser,
    check: async ({ user }, password, context) => checkUser(user, password, context),
    async close() {
      await Promise.all([...open].map(close));
    },
  };
}

export interface PamAuthenticatorOptions extends PamOptions {
  /** Who knows the accounts: PAM doesn't. */
  readonly accounts: Authenticator;
  /** Whether a refusal of PAM is final. Default: false, the accounts' own passwords count too. */
  readonly isAuthoritative?: boolean;
}

/** As `createPamCheck`, put before the passwords of accounts. */
export function createPamAuthenticator({
  accounts,
  isAuthoritative = false,
  ...options
}: PamAuthenticatorOptions): Authenticator {
  return createCheckedAuthenticator(accounts, [{ check: createPamCheck(options), isAuthoritative }]);
}

function reasonOf({ step, code }: PamAnswer): Refusal {
  if (step === 'session' || step === 'credentials') return 'session-failed';
  return (step === 'account' ? reasons[code] : undefined) ?? 'wrong-password';
}

/** Longer answers are cut by PAM (PAM_MAX_RESP_SIZE), and a NUL would end one early: another password than was meant. */
function isPossiblePassword(password: string): boolean {
  return Buffer.byteLength(password) < 512 && !password.includes('\0');
}
