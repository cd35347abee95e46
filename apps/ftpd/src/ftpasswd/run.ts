import { existsSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import {
  checkAccountFile,
  checkPassword,
  hashDefect,
  hashPassword,
  isAuthError,
  isValidShell,
  readNameList,
  shellsPath,
} from '@ftpd/auth';
import { fieldsOf, findEntry, joinLines, splitLines } from './account-lines.ts';
import { type Command, toCommand, UsageError } from './command.ts';
import { exitCodes, Failure, type ExitCode } from './exit-codes.ts';
import { editGroup, editPasswd, type Edited } from './file-edits.ts';
import { withFileLock } from './file-lock.ts';
import { helpText } from './help.ts';
import { parseOptions } from './options.ts';
import { InterruptedError, PasswordInputError } from './password-input.ts';
import { readWholeFile, realPathOf, writeWholeFile } from './whole-file.ts';

/** The outside of the program. */
export interface Terminal {
  print(line: string): void;
  printError(line: string): void;
  /** From standard input, as it is. @throws {PasswordInputError} when there is none. */
  readPassword(): Promise<string>;
  /** Twice, without showing it. @throws {PasswordInputError} @throws {InterruptedError} */
  askPassword(): Promise<string>;
  readonly version: string;
  /** Absent: read where it is. */
  readonly shadowFile?: string;
}

/** Runs one command line. @returns the exit code. */
export async function runFtpasswd(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  try {
    const { options, errors } = parseOptions(argv);
    for (const error of errors) terminal.printError(error);
    const command = toCommand(options);
    if (errors.length > 0) return exitCodes.wrongUsage;
    await runCommand(command, terminal);
    return exitCodes.done;
  } catch (error) {
    const failure = failureOf(error);
    for (const line of failure.message.split('\n').filter((text) => text !== ''))
      terminal.printError(`ftpasswd: ${line}`);
    return failure.code;
  }
}

function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof UsageError) return new Failure(exitCodes.wrongUsage, error.message);
  if (error instanceof InterruptedError) return new Failure(exitCodes.interrupted, '');
  if (error instanceof PasswordInputError || isAuthError(error))
    return new Failure(exitCodes.failed, `error: ${error.message}`);
  return new Failure(exitCodes.failed, `error: ${error instanceof Error ? error.message : String(error)}`);
}

async function runCommand(command: Command, terminal: Terminal): Promise<void> {
  switch (command.mode) {
    case 'help':
      return terminal.print(helpText.trimEnd());
    case 'version':
      return terminal.print(terminal.version);
    case 'hash':
      return terminal.print(
        `ftpasswd: ${hashPassword(await passwordFor(command, terminal), command.scheme)}`,
      );
    case 'passwd':
    case 'group':
      return editFile(command, terminal);
  }
}

type EditCommand = Extract<Command, { mode: 'passwd' | 'group' }>;

async function editFile(command: EditCommand, terminal: Terminal): Promise<void> {
  const path = realPathOf(command.file);
  const read = (): readonly string[] => (command.isNewFile ? [] : splitLines(readWholeFile(path) ?? ''));
  if (command.mode === 'passwd' && 'home' in command.action)
    checkHome(command.action.home, command.action.kind);
  if (command.isAlternateFile) terminal.print(`ftpasswd: using alternate file: ${command.file}`);
  if (command.mode === 'passwd' && command.action.kind === 'set' && command.action.isGidDefaulted) {
    terminal.print('ftpasswd: --passwd: missing --gid argument: default gid set to uid');
  }
  // Asked before the lock is taken: a person at a prompt must not keep others waiting.
  const hash = await newHash(command, read(), terminal);
  await withFileLock(path, async () => {
    const lines = read();
    const edited = applyEdit(command, lines, hash);
    if (edited === undefined) throw noSuchEntry(command);
    writeWholeFile(path, joinLines(edited.lines));
    await warnOfShell(command, edited, terminal);
    warnOfPermissions(command.mode, resolve(path), terminal);
    terminal.print(`ftpasswd: entry ${edited.outcome}`);
  });
}

function applyEdit(
  command: EditCommand,
  lines: readonly string[],
  hash: string | undefined,
): Edited | undefined {
  return command.mode === 'passwd'
    ? editPasswd(lines, command.name, command.action, hash ?? '')
    : editGroup(lines, command.name, command.action, hash);
}

function noSuchEntry({ mode, name, file }: EditCommand): Failure {
  return new Failure(
    exitCodes.noSuchEntry,
    `error: no such ${mode === 'passwd' ? 'user' : 'group'} ${name} in ${file}`,
  );
}

/** Asks for the password that the action needs, and hashes it. @returns undefined when it needs none. */
async function newHash(
  command: EditCommand,
  lines: readonly string[],
  terminal: Terminal,
): Promise<string | undefined> {
  const { mode, name, action, scheme } = command;
  const entry = lines[findEntry(lines, name)];
  if (action.kind !== 'set' && entry === undefined) throw noSuchEntry(command);
  terminal.print(
    `ftpasswd: ${entry === undefined ? 'creating' : 'updating'} ${mode} entry for ${mode === 'passwd' ? 'user' : 'group'} ${name}`,
  );
  if (!asksPassword(command)) return undefined;
  const password = await passwordFor(command, terminal);
  const mustDiffer =
    action.kind === 'change-password' ||
    ('mustDifferFromPrevious' in action && action.mustDifferFromPrevious);
  if (
    mustDiffer &&
    checkPassword(password, (fieldsOf(entry ?? '')[1] ?? '').replace(/^!+/, '')) === 'match'
  ) {
    throw new Failure(exitCodes.sameAsCurrentPassword, 'error: password matches current password');
  }
  if (command.mustDifferFromSystem) checkAgainstSystem(name, password, terminal.shadowFile);
  return hashPassword(password, scheme);
}

function asksPassword({ mode, action }: EditCommand): boolean {
  if (mode === 'group') return action.kind === 'set' && action.asksPassword;
  return action.kind === 'set' || action.kind === 'change-password';
}

function passwordFor({ readsStdin }: { readonly readsStdin: boolean }, terminal: Terminal): Promise<string> {
  return readsStdin ? terminal.readPassword() : terminal.askPassword();
}

function checkAgainstSystem(name: string, password: string, shadowFile = '/etc/shadow'): void {
  const lines = splitLines(readWholeFile(shadowFile) ?? '');
  const hash = fieldsOf(lines[findEntry(lines, name)] ?? '')[1] ?? '';
  if (hash === '' || /^[!*]/.test(hash)) return;
  if (hashDefect(hash) !== undefined) {
    throw new Failure(
      exitCodes.failed,
      `error: the system's hash for ${name} is of a kind that cannot be compared here`,
    );
  }
  if (checkPassword(password, hash) === 'match') {
    throw new Failure(exitCodes.sameAsSystemPassword, 'error: password matches system password');
  }
}

function checkHome(home: string, kind: 'set' | 'change-home'): void {
  if (!isAbsolute(home))
    throw new Failure(exitCodes.unusableHome, 'error: relative path given for home directory');
  if (kind === 'set' && !existsSync(home))
    throw new Failure(exitCodes.unusableHome, `--home ${home} does not exist`);
}

async function warnOfShell(command: EditCommand, { outcome }: Edited, terminal: Terminal): Promise<void> {
  if (command.mode !== 'passwd' || command.action.kind !== 'set' || outcome === 'deleted') return;
  const { shell } = command.action;
  if (isValidShell(shell, await readNameList(shellsPath))) return;
  terminal.printError(
    `ftpasswd: note: ${shell} is not in ${shellsPath}: this user can log in only with "RequireValidShell off"`,
  );
}

/** A file that the server would refuse at its start. */
function warnOfPermissions(mode: 'passwd' | 'group', path: string, terminal: Terminal): void {
  try {
    checkAccountFile(mode === 'passwd' ? 'AuthUserFile' : 'AuthGroupFile', path);
  } catch (error) {
    if (!isAuthError(error)) throw error;
    const reason = error.cause instanceof Error ? error.cause.message : error.message;
    terminal.printError(`ftpasswd: note: the server will not start with this file: ${reason}`);
  }
}
