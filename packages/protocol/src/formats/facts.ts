/** The facts of MLSD and MLST in ProFTPD's order, as FEAT lists them. */
export const factNames = [
  'modify',
  'perm',
  'size',
  'type',
  'unique',
  'UNIX.group',
  'UNIX.groupname',
  'UNIX.mode',
  'UNIX.owner',
  'UNIX.ownername',
] as const;

export type FactName = (typeof factNames)[number];

/**
 * The facts that `OPTS MLST` names, in its order, each once. Names in any case; unknown ones, and a last one without
 * its `;`, are left out (RFC 3659 §7.9).
 */
export function selectFacts(list: string): readonly FactName[] {
  const names = list
    .split(';')
    .slice(0, -1)
    .map((name) => factNames.find((fact) => fact.toLowerCase() === name.toLowerCase()));
  return [...new Set(names.filter((name) => name !== undefined))];
}

/** The line of FEAT: every fact, with `*` after those that are shown (RFC 3659 §7.8). */
export function mlstFeature(selected: readonly FactName[]): string {
  return `MLST ${factNames.map((name) => `${name}${selected.includes(name) ? '*' : ''};`).join('')}`;
}
