import type { ServingIdentity } from '../identity.ts';

/** The keeper's privileges are root's; these two are all that the server keeps, through exec and for good. */
const capabilities = '-all,+setuid,+setgid';

/** The arguments of setpriv(1), which becomes the program. */
export function setprivArguments({ user, group }: ServingIdentity): readonly string[] {
  return [
    `--reuid=${user}`,
    `--regid=${group}`,
    /^\d+$/.test(user) ? '--clear-groups' : '--init-groups',
    `--inh-caps=${capabilities}`,
    `--ambient-caps=${capabilities}`,
    `--bounding-set=${capabilities}`,
    '--no-new-privs',
    '--pdeathsig=KILL',
    '--',
  ];
}
