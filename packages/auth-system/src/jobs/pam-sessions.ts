import { decodeRaw, encodeRaw } from '@ftpd/auth';
import { startPam, type PamResult, type PamTransaction } from '@ftpd/posix';
import type { Jobs, PamAnswer, PamLogin } from '../worker-protocol.ts';

/** What the modules said in one job, bounded: a module may talk without end. */
const maxMessages = 16;
const maxMessageLength = 512;
/** Each takes two callbacks of the FFI, which has 8192. Sessions beyond are closed by a transaction of their own. */
const maxHeld = 1000;

/** A transaction that lives as long as its session: modules keep what they need to close it in there. */
interface Conversation {
  readonly pam: PamTransaction;
  /** What modules said since the last look. */
  readonly takeMessages: () => readonly string[];
}

const held = new Map<number, Conversation>();
let lastSession = 0;

export const heldSessions = (): number => held.size;

/** Sessions of the program that this worker belongs to, which is gone. */
export function closeAllSessions(): void {
  for (const [session, { pam }] of held) {
    held.delete(session);
    finish(pam);
  }
}

/** Authentication, account, session, credentials, in the order of ProFTPD; the first step that fails is the last. */
export function checkPam({ password, opensSession, ...login }: Jobs['check-pam']['input']): PamAnswer {
  const conversation = converse(login, encodeRaw(password));
  const { pam, takeMessages } = conversation;
  const { result, step } = runSteps(pam, opensSession);
  const user = decodeRaw(pam.user());
  const answer = {
    step,
    code: result.code,
    text: result.text,
    messages: takeMessages(),
    delayMs: result.failDelayMs,
    ...(user === login.user ? {} : { user }),
  };
  if (result.code !== 'PAM_SUCCESS') {
    // A session that is open when credentials fail is closed again.
    if (step === 'credentials') pam.closeSession();
    pam.end();
    return { ...answer, outcome: 'refused' };
  }
  if (!opensSession) {
    pam.end();
    return { ...answer, outcome: 'accepted' };
  }
  return { ...answer, outcome: 'accepted', session: keep(conversation) };
}

type Step = PamAnswer['step'];

function runSteps(pam: PamTransaction, opensSession: boolean): { result: PamResult; step: Step } {
  const steps: readonly (readonly [Step, () => PamResult])[] = [
    // AllowEmptyPasswords is not PAM's to know: whoever doesn't want empty passwords refuses them before.
    ['authenticate', () => pam.authenticate({ acceptsEmptyPassword: true })],
    ['account', () => pam.checkAccount()],
    ['session', () => pam.openSession()],
    ['credentials', () => pam.setCredentials('establish')],
  ];
  let last: { result: PamResult; step: Step } | undefined;
  for (const [step, run] of opensSession ? steps : steps.slice(0, 2)) {
    last = { result: run(), step };
    if (last.result.code !== 'PAM_SUCCESS') break;
  }
  if (last === undefined) throw new Error('there are always steps');
  return last;
}

function keep(conversation: Conversation): number {
  lastSession += 1;
  if (held.size < maxHeld) held.set(lastSession, conversation);
  else conversation.pam.end();
  return lastSession;
}

export function closePam({ session }: Jobs['close-pam']['input']): Jobs['close-pam']['output'] {
  const conversation = held.get(session);
  if (conversation === undefined) throw new Error('no transaction of this session is held here');
  held.delete(session);
  finish(conversation.pam);
  return { messages: conversation.takeMessages() };
}

export function closeLostPam(login: Jobs['close-lost-pam']['input']): Jobs['close-lost-pam']['output'] {
  const { pam, takeMessages } = converse(login, Buffer.alloc(0));
  finish(pam);
  return { messages: takeMessages() };
}

function finish(pam: PamTransaction): void {
  pam.setCredentials('delete');
  pam.closeSession();
  pam.end();
}

function converse(login: PamLogin, password: Uint8Array): Conversation {
  const { service, user, remoteAddress, tty, configurationFolder } = login;
  let messages: string[] = [];
  const pam = startPam({
    service,
    user: encodeRaw(user),
    password,
    remoteHost: remoteAddress,
    // A name that is no Unicode is not worth more than being left out here.
    ...(user.isWellFormed() ? { remoteUser: user } : {}),
    ...(tty === undefined ? {} : { tty }),
    ...(configurationFolder === undefined ? {} : { configurationFolder }),
    onMessage: ({ text }) => {
      if (messages.length < maxMessages) messages.push(text.slice(0, maxMessageLength));
    },
  });
  return {
    pam,
    takeMessages() {
      const taken = messages;
      messages = [];
      return taken;
    },
  };
}
