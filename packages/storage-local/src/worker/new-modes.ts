let hasOwnUmask = true;

/** Whether this thread has a umask of its own, which is 0 then; else the one of the process cuts modes. */
export function setOwnUmask(isOwn: boolean): void {
  hasOwnUmask = isOwn;
}

/** Whether what is made has the mode asked for at once. */
export function modesAreExact(): boolean {
  return hasOwnUmask;
}

/**
 * Gives a new object the bits that the umask of the process took.
 * @param made - Its mode. Setgid, which comes from the folder above, stays.
 * @returns whether that was needed.
 */
export function completeMode(made: number, wanted: number, change: (mode: number) => void): boolean {
  if (hasOwnUmask || (made & wanted) === wanted) return false;
  change((made & 0o7000) | wanted);
  return true;
}
