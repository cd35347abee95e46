import {
  admitCommand,
  findCommand,
  findSiteCommand,
  isProtocolError,
  parseCommandLine,
  reply,
  texts,
  type AnyCommandRow,
  type Reply,
  type SubcommandArgument,
} from '@ftpd/protocol';
import { isStorageError } from '@ftpd/storage';
import { clearControl, dataSecurer, secureControl } from './tls/secure-control.ts';
import { providedVerbs, tlsRefusal } from './tls/tls-rules.ts';
import { isForeignProtocol } from './bad-protocol.ts';
import { handlers } from './commands/handlers.ts';
import { siteHandlers } from './commands/site/handlers.ts';
import { authorize } from './gate.ts';
import { isReply, type AnyHandler, type HandlerResult } from './handler.ts';
import type { Command, TransferRecord } from './hooks.ts';
import { Refused } from './refused.ts';
import type { Session } from './session.ts';
import { runTransfer } from './transfer/runner.ts';

/** A row with its argument and what does it. */
interface Step {
  readonly row: AnyCommandRow;
  /** As sent: an alias, or the word after SITE. */
  readonly verb: string;
  readonly text: string;
  readonly argument: unknown;
  readonly handler: AnyHandler;
}

/**
 * One command on its whole way: verb, row, login, filter, argument, gate, modules, handler, transfer, modules, reply.
 * The caller runs one at a time.
 */
export async function dispatch(session: Session, line: string): Promise<void> {
  let recognised: Recognised | Unknown | undefined;
  try {
    recognised = recognise(session, line);
  } catch (error) {
    if (!isProtocolError(error)) throw error;
    await session.context.emit({ name: 'InvalidCommand', session });
    session.write(error.reply);
  }
  if (!recognised) return;
  if (!('command' in recognised)) {
    await refuse(session, recognised);
    return;
  }
  const { command, text } = recognised;
  // A STAT that passes a transfer is not what the session is doing.
  const isPassing = session.isTransferring;
  if (!isPassing) session.activity = command.verb;
  const { trace, now } = session.context;
  const startedAtMs = now();
  trace('command', 7, () => `dispatching CMD command '${wordsOf(command)}'`, session);
  const result = await perform(session, command, text);
  trace(
    'command',
    8,
    () => `${command.verb} answered ${result.code} after ${now() - startedAtMs} ms`,
    session,
  );
  if (!isPassing) session.activity = 'idle';
  const complete = await session.context.hooks.after(session, command, result);
  session.write(complete);
  await follow(session, command.verb, complete.code);
}

/** What is done once the client has read the reply. */
async function follow(session: Session, verb: string, code: number): Promise<void> {
  if (verb === 'QUIT' && code === 221) session.end('quit');
  if (session.isEnded) return;
  if (verb === 'AUTH' && code === 234) await secureControl(session);
  if (verb === 'CCC' && code === 200) await clearControl(session);
}

const wordsOf = ({ verb, argument }: Command): string => (argument === '' ? verb : `${verb} ${argument}`);

interface Recognised {
  /** As modules see it. */
  readonly command: Command;
  readonly text: string;
}

/** What is no command of this server. */
interface Unknown {
  readonly verb: string;
  readonly isForeignProtocol: boolean;
}

/** Verbs whose argument nobody but their handler sees. */
const secretArguments: ReadonlySet<string> = new Set(['PASS', 'ACCT']);

/** @throws {ProtocolError} what is no command line at all */
function recognise(session: Session, line: string): Recognised | Unknown {
  const { verb, argument: text } = parseCommandLine(line);
  const row = findCommand(verb);
  if (row && (row.availability !== 'needs-module' || providedVerbs(session).has(row.verb))) {
    return { command: { row, verb, argument: secretArguments.has(verb) ? '(hidden)' : text }, text };
  }
  return { verb, isForeignProtocol: isForeignProtocol(verb) };
}

async function refuse(session: Session, { verb, isForeignProtocol: isForeign }: Unknown): Promise<void> {
  const { emit, log } = session.context;
  if (isForeign) {
    log('notice', 'client speaks another protocol, disconnecting', session);
    await emit({ name: 'BadProtocol', session, detail: verb });
    session.end('bad-protocol');
    return;
  }
  await emit({ name: 'UnhandledCommand', session, detail: verb });
  session.write(tlsRefusal(session, verb) ?? texts.unknownCommand(verb));
}

/** @returns a reply when the command has no place now, or its argument is not what it must be. */
function prepare(session: Session, row: AnyCommandRow, verb: string, text: string): Step | Reply {
  const admission = admitCommand(row, session.state, verb, text);
  if (!admission.isAdmitted) {
    // A rename ends with its RNTO, however that goes.
    if (row.verb === 'RNTO' && session.state.phase === 'rename-pending')
      session.advance({ type: 'rename-ended' });
    return admission.reply;
  }
  const { argument } = admission;
  if (row.verb !== 'SITE')
    return { row, verb, text, argument, handler: handlers[row.verb as keyof typeof handlers] as AnyHandler };
  const { name, text: rest } = argument as SubcommandArgument;
  const site = findSiteCommand(name);
  if (!site) return texts.unknownSiteCommand(name);
  const inner = admitCommand(site, session.state, name, rest);
  if (!inner.isAdmitted) return inner.reply;
  return {
    row: site,
    verb: name,
    text: rest,
    argument: inner.argument,
    handler: siteHandlers[site.verb] as AnyHandler,
  };
}

/** @returns the last reply of the command; failures are replies too. */
async function perform(session: Session, command: Command, sent: string): Promise<Reply> {
  const { context } = session;
  const isSecret = secretArguments.has(command.verb);
  let text = sent;
  try {
    const insecure = tlsRefusal(session, command.row.verb);
    if (insecure) return insecure;
    if (!isSecret) text = await context.hooks.rewrite(session, command);
    const step = prepare(session, command.row, command.verb, text);
    if ('code' in step) return step;
    if (!isSecret && !session.settings.isCommandAllowed(command.verb, text)) {
      context.log('notice', `'${command.verb} ${text}' denied by AllowFilter or DenyFilter`, session);
      return reply(550, `${text}: Forbidden command argument`);
    }
    const refusal =
      (await authorize(session, step.row, step.argument)) ?? (await context.hooks.pre(session, command));
    if (refusal) return refusal;
    return await conclude(session, command.verb, await step.handler(session, step.argument, step));
  } catch (error) {
    if (isProtocolError(error) || error instanceof Refused) return error.reply;
    if (!isStorageError(error)) throw error;
    context.trace('fileperms', 1, () => failureText(session, command, error), session);
    return reply(550, `${text}: ${error.message}`);
  }
}

function failureText({ user, account }: Session, command: Command, error: Error): string {
  const who = `user '${user ?? ''}' (UID ${account?.uid ?? '-'}, GID ${account?.gid ?? '-'})`;
  return `${command.verb}, ${who}: error with '${command.argument}': ${error.message}`;
}

async function conclude(session: Session, verb: string, result: HandlerResult): Promise<Reply> {
  if (isReply(result)) return result;
  const { context, settings } = session;
  const secure = dataSecurer(session);
  return session.withTransfer((signal) =>
    runTransfer(
      result,
      verb,
      {
        dataPort: session.dataPort,
        buffers: context.buffers,
        now: context.now,
        lingerMs: settings.timeouts.lingerMs,
        ...(secure ? { secure } : {}),
        begin: (opening) => {
          session.beginTransfer();
          session.write(opening);
        },
        onBytes: (direction, count) => session.countBytes(direction, count),
        onRecord: (record) => {
          context.trace('data', 4, () => recordText(record), session);
          context.hooks.transfer(session, record);
        },
      },
      signal,
    ),
  );
}

function recordText({ verb, direction, path, ...record }: TransferRecord): string {
  const end = record.isComplete ? 'complete' : `ended early (${record.failure ?? 'unknown'})`;
  return `${verb}: ${direction} ${record.bytes} bytes of ${path ?? 'a listing'} in ${record.durationMs} ms, ${end}`;
}
