import type { Session } from './session.ts';

/** The number of a group given by number or name. @returns undefined for an unknown name. */
export function groupIdOf(session: Session, group: string): number | undefined {
  return /^\d{1,10}$/.test(group) ? Number(group) : session.context.policy.groupId?.(session, group);
}
