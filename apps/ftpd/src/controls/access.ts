import type { ControlClient, ControlsAcl } from '@ftpd/module';

/**
 * Whether lines such as ControlsACLs let a client do something: nobody may who is not allowed. Of the lines about users
 * the last one that names the action counts, and of those about groups; what either allows is allowed.
 * @param acls - In the order of the file.
 * @param action - Absent: whatever the lines are about, as with ControlsSocketACL.
 * @see ProFTPD howto/Controls, "Controls Access Control Lists"
 */
export function mayAct(acls: readonly ControlsAcl[], client: ControlClient, action?: string): boolean {
  return (['user', 'group'] as const).some((of) => {
    const acl = acls.findLast((line) => line.of === of && isAbout(line, action));
    return acl !== undefined && allows(acl, client);
  });
}

function isAbout({ actions }: ControlsAcl, action: string | undefined): boolean {
  return action === undefined || actions === 'all' || actions.includes(action);
}

/** A line that denies some allows all others, as in ProFTPD. */
function allows({ access, of, names }: ControlsAcl, { user, groups }: ControlClient): boolean {
  const own = of === 'user' ? (user === undefined ? [] : [user]) : groups;
  const isNamed = names.includes('*') || own.some((name) => names.includes(name));
  return isNamed === (access === 'allow');
}

/** Whether lines allow anybody but users of these names. */
export function allowsOthers(acls: readonly ControlsAcl[], users: readonly string[]): boolean {
  return acls.some(({ access, of, names }) =>
    access === 'allow' ? names.some((name) => of === 'group' || !users.includes(name)) : !names.includes('*'),
  );
}
