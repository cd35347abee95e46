import { PosixError, namedError } from './errors.ts';
import { textAt } from './memory.ts';
import { nulTerminated, type PosixName } from './names.ts';
import { pamCode, type PamCode } from './pam-codes.ts';
import { createConversation, type PamMessage } from './pam-conversation.ts';
import { pamLibrary, registerCallbacks, type Callbacks, type PamHandle } from './pam-library.ts';

export interface PamOptions {
  /** A file of /etc/pam.d, such as `ftp`. Where there is none, PAM takes `other`. */
  readonly service: string;
  readonly user: PosixName;
  /** At most 511 bytes, without a NUL. */
  readonly password: Uint8Array;
  /** PAM_RHOST: the client's address or name. */
  readonly remoteHost?: string;
  /** PAM_TTY, such as `/dev/ftpd1234`. */
  readonly tty?: string;
  /** PAM_RUSER. */
  readonly remoteUser?: string;
  /** A folder of service files in place of /etc/pam.d. */
  readonly configurationFolder?: string;
  /** Called with what modules say, during the calls below. What it throws ends the conversation. */
  readonly onMessage?: (message: PamMessage) => void;
}

export interface PamResult {
  readonly code: PamCode;
  /** PAM's own sentence for the code. */
  readonly text: string;
  /** How long a refusal should take by the wish of the modules (pam_fail_delay). PAM itself does not wait. 0: no wish. */
  readonly failDelayMs: number;
}

/**
 * One conversation with PAM. All calls block for as long as the modules like: for a process that can be ended. After `end`
 * every other call throws EINVAL.
 */
export interface PamTransaction {
  /** Whether the user is who he says. An account without a password passes only with `acceptsEmptyPassword`. */
  authenticate(options?: { readonly acceptsEmptyPassword?: boolean }): PamResult;
  /** Whether the account may be used now: expiry, hours, hosts. */
  checkAccount(): PamResult;
  /** Sets, or takes back, what else goes with the user: groups, tokens. */
  setCredentials(action: 'establish' | 'delete' | 'reinitialize' | 'refresh'): PamResult;
  openSession(): PamResult;
  closeSession(): PamResult;
  /** The user as modules know him now; they may have put another in his place. */
  user(): Uint8Array;
  /** Ends the transaction and gives its memory back. Again: nothing. */
  end(): void;
}

const disallowEmptyPassword = 1;
const credentialFlags = { establish: 2, delete: 4, reinitialize: 8, refresh: 0x10 } as const;
const items = { user: 2, tty: 3, remoteHost: 4, remoteUser: 8, failDelay: 10 } as const;
// PAM_MAX_RESP_SIZE, less the NUL.
const maxPasswordBytes = 511;

/**
 * Begins a transaction; nothing is asked yet.
 * @throws {PosixError} `PAM_*` when PAM refuses to start; EINVAL for a NUL in a word or a password that is too long.
 * @see pam_start(3), pam_start_confdir(3)
 */
export function startPam(options: PamOptions): PamTransaction {
  const { password, user, onMessage = () => undefined } = options;
  if (password.length > maxPasswordBytes) {
    throw namedError('pam_start', 'EINVAL', 'the password is longer than 511 bytes');
  }
  const secret = nulTerminated('pam_start', password).subarray(0, -1);
  const name = nulTerminated('pam_start', user).subarray(0, -1);
  let failDelayMs = 0;
  const callbacks = registerCallbacks({
    converse: createConversation({ password: secret, user: name, onMessage }),
    delay(_result, microseconds) {
      failDelayMs = microseconds / 1000;
    },
  });
  let handle: PamHandle | undefined;
  let lastResult = 0;
  try {
    handle = begin(options, callbacks);
  } catch (error) {
    callbacks.release();
    throw error;
  }

  const live = (): PamHandle => {
    if (handle === undefined) throw namedError('pam', 'EINVAL', 'the transaction has ended');
    return handle;
  };
  const step = (run: (handle: PamHandle, flags: number) => number, flags = 0): PamResult => {
    const current = live();
    failDelayMs = 0;
    lastResult = run(current, flags);
    return { code: pamCode(lastResult), text: textOf(current, lastResult), failDelayMs };
  };
  return {
    authenticate: ({ acceptsEmptyPassword = false } = {}) =>
      step(pamLibrary.authenticate, acceptsEmptyPassword ? 0 : disallowEmptyPassword),
    checkAccount: () => step(pamLibrary.checkAccount, disallowEmptyPassword),
    setCredentials: (action) => step(pamLibrary.setCredentials, credentialFlags[action]),
    openSession: () => step(pamLibrary.openSession),
    closeSession: () => step(pamLibrary.closeSession),
    user() {
      const address = Buffer.alloc(8);
      check('pam_get_item', pamLibrary.getItem(live(), items.user, address));
      return textAt(address.readBigUInt64LE(0));
    },
    end() {
      if (handle === undefined) return;
      const ending = handle;
      handle = undefined;
      pamLibrary.end(ending, lastResult);
      callbacks.release();
      secret.fill(0);
    },
  };
}

function begin(options: PamOptions, { conversation, delay }: Callbacks): PamHandle {
  const { configurationFolder, remoteHost, tty, remoteUser } = options;
  const service = nulTerminated('pam_start', options.service);
  const user = nulTerminated('pam_start', options.user);
  const texts = Object.entries({ tty, remoteHost, remoteUser } as const).flatMap(([item, text]) =>
    text === undefined
      ? []
      : [{ item: items[item as keyof typeof items], text: nulTerminated('pam_set_item', text) }],
  );
  const address = Buffer.alloc(8);
  if (configurationFolder === undefined) {
    check('pam_start', pamLibrary.start(service, user, conversation, address));
  } else {
    const folder = nulTerminated('pam_start', configurationFolder);
    check('pam_start', pamLibrary.startIn(service, user, conversation, folder, address));
  }
  const handle = address.readBigUInt64LE(0);
  try {
    for (const { item, text } of texts) check('pam_set_item', pamLibrary.setItem(handle, item, text));
    check('pam_set_item', pamLibrary.setItem(handle, items.failDelay, delay));
  } catch (error) {
    pamLibrary.end(handle, 0);
    throw error;
  }
  return handle;
}

function check(name: string, result: number): void {
  if (result !== 0) throw new PosixError(pamCode(result), name, { message: 'PAM refused' });
}

function textOf(handle: PamHandle, result: number): string {
  const address = pamLibrary.describeError(handle, result);
  return address === null ? '' : Buffer.from(textAt(BigInt(address))).toString();
}
