import type { ServerLog } from '@ftpd/server';
import type { Composition } from '../composition.ts';
import {
  controlsEngine,
  controlsSocket,
  controlsSocketAcl,
  controlsSocketOwner,
} from '../modules/ctrls/ctrls-rows.ts';
import type { SystemAccounts } from '../policy/system-accounts.ts';
import { allowsOthers } from './access.ts';
import { createActionRegistry, linesAbout } from './action-registry.ts';

/** The control socket that a configuration wants. */
export interface SocketPlan {
  /** Absolute. */
  readonly path: string;
  /** Whether others than root and the owner may connect, and the lines about them decide. */
  readonly isForOthers: boolean;
  /** Absent: of who makes it. */
  readonly owner?: { readonly uid: number; readonly gid: number };
}

export interface PlanOptions {
  readonly system: SystemAccounts;
  /** Whether the system can say who connects; if not, only the mode keeps others out. */
  readonly canIdentify: boolean;
  readonly log: ServerLog;
}

/** Who started the daemon: a process that gave up root is somebody else later, and its socket still root's. */
const starter = process.getuid?.() ?? 0;

/** @returns undefined: there is to be no control socket. */
export function socketPlan(
  { main, modules }: Pick<Composition, 'main' | 'modules'>,
  { system, canIdentify, log }: PlanOptions,
): SocketPlan | undefined {
  const lines = linesAbout(createActionRegistry(modules).all, main);
  const path = main.first(controlsSocket);
  const isWanted = main.first(controlsEngine) ?? (path !== undefined || lines.length > 0);
  if (!isWanted) return undefined;
  const socketLines = main.all(controlsSocketAcl);
  const names = main.first(controlsSocketOwner);
  const uid = names === undefined ? undefined : system.user(names.user)?.uid;
  const gid = names === undefined ? undefined : system.groupId(names.group);
  if (names !== undefined && (uid === undefined || gid === undefined))
    log(
      'warning',
      `ControlsSocketOwner: this machine has no ${uid === undefined ? `user '${names.user}'` : `group '${names.group}'`}; the control socket stays with who makes it`,
    );
  const hasOwner = uid !== undefined && gid !== undefined;
  const owner = hasOwner ? names?.user : system.userName(starter);
  // The mode alone lets these in.
  const users = ['root', ...(owner === undefined ? [] : [owner])];
  return {
    path: path ?? defaultControlsSocket,
    isForOthers:
      canIdentify &&
      allowsOthers(lines, users) &&
      (socketLines.length === 0 || allowsOthers(socketLines, users)),
    ...(hasOwner ? { owner: { uid, gid } } : {}),
  };
}

/** Where Debian's ftpdctl looks for it. */
export const defaultControlsSocket = '/run/proftpd.sock';
