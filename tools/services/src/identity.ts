/** Who serves the files in a test. */
export interface ServingIdentity {
  /** Whether the tests run as root. */
  readonly isRoot: boolean;
  /** The uid and gid that own the fixture's files, as this process sees them. */
  readonly uid: number;
  readonly gid: number;
}

/** `nobody` and `nogroup` of Debian and its descendants. */
const NOBODY = 65_534;

/** As root files belong to an unprivileged account; otherwise to the account that runs the tests. */
export function servingIdentity(): ServingIdentity {
  const uid = process.getuid?.() ?? NOBODY;
  const gid = process.getgid?.() ?? NOBODY;
  return uid === 0 ? { isRoot: true, uid: NOBODY, gid: NOBODY } : { isRoot: false, uid, gid };
}
