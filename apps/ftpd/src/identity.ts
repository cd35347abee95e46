import { accessSync, constants } from 'node:fs';
import type { SessionScope } from '@ftpd/config';
import { group, user } from './modules/core/server.ts';
import type { SystemAccounts } from './policy/system-accounts.ts';
import { becomeUser, isKnownName, isRoot, PrivilegeError } from './privileges.ts';
import { StartError } from './start-error.ts';

/** Whom the daemon becomes. Absent: it stays who it is. */
export interface ServingIdentity {
  readonly user: string;
  readonly group: string;
}

/**
 * Whom the daemon, or the keeper's server, has to become, before anything is opened.
 * @throws {StartError} when it would serve as root.
 */
export function servingIdentity(main: SessionScope, system: SystemAccounts): ServingIdentity | undefined {
  if (!isRoot()) return undefined;
  const name = main.first(user);
  if (name === undefined)
    throw new StartError([
      'fatal: started as root the daemon needs User in the configuration: name the user that it serves as',
    ]);
  if (!isKnownName('passwd', name)) throw new StartError([`fatal: User: Unknown user '${name}'`]);
  const groupName = main.first(group) ?? system.user(name)?.group;
  if (groupName === undefined)
    throw new StartError(['fatal: started as root the daemon needs Group in the configuration']);
  if (isRootUser(name, system))
    throw new StartError([
      `fatal: User '${name}' is root; sessions are never served as root, choose another User`,
    ]);
  if (!isKnownName('group', groupName)) throw new StartError([`fatal: Group: Unknown group '${groupName}'`]);
  if (isRootGroup(groupName, system) || system.user(name)?.groupIds.includes(0) === true)
    throw new StartError([
      `fatal: Group '${groupName}' or a group of '${name}' is root's; choose another Group or User`,
    ]);
  return { user: name, group: groupName };
}

function isRootUser(name: string, system: SystemAccounts): boolean {
  return Number(name) === 0 || system.user(name)?.uid === 0;
}

function isRootGroup(name: string, system: SystemAccounts): boolean {
  return Number(name) === 0 || system.groupId(name) === 0;
}

/** @throws {StartError} */
export function become({ user: name, group: groupName }: ServingIdentity): void {
  try {
    becomeUser(name, groupName);
  } catch (error) {
    if (error instanceof PrivilegeError) throw new StartError([`fatal: ${error.message}`], { cause: error });
    throw error;
  }
  checkProgram(name);
}

/** Threads and modules are read when they are needed, by whoever the daemon is then. @throws {StartError} */
function checkProgram(userName: string): void {
  const [, program = ''] = process.argv;
  try {
    accessSync(program, constants.R_OK);
  } catch (error) {
    throw new StartError(
      [`fatal: User '${userName}' must be able to read ${program} and all that belongs to it`],
      { cause: error },
    );
  }
}

/** What is said when User and Group can't be obeyed. */
export function identityNotice(main: SessionScope): string | undefined {
  const name = main.first(user);
  if (isRoot() || name === undefined) return undefined;
  return `not started as root: User '${name}' and Group '${main.first(group) ?? ''}' are ignored, sessions are served as the user who started the daemon`;
}
