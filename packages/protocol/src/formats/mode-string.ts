import type { ListedFile } from './entry.ts';

/** FIFOs, sockets and devices are all shown as FIFOs: clients know the letter and leave the entry alone. */
const kindLetters: Readonly<Record<ListedFile['kind'], string>> = {
  file: '-',
  directory: 'd',
  symlink: 'l',
  other: 'p',
};

/** The letters of the third place with a special bit: with execute, and without. */
const specialLetters = { setId: 'sS', sticky: 'tT' } as const;

/** The three places of a class by its three bits and, above them, the special one. Made once: listings are long. */
function placesOf(special: string): readonly string[] {
  return Array.from({ length: 16 }, (_, bits) => {
    const mayExecute = (bits & 1) !== 0;
    const execute = bits < 8 ? (mayExecute ? 'x' : '-') : special.charAt(mayExecute ? 0 : 1);
    return `${(bits & 4) === 0 ? '-' : 'r'}${(bits & 2) === 0 ? '-' : 'w'}${execute}`;
  });
}

const ofOwnerAndGroup = placesOf(specialLetters.setId);
const ofOthers = placesOf(specialLetters.sticky);

/** The ten characters of `ls -l`, for example `drwxr-sr-x`. */
export function modeString({ kind, mode }: Pick<ListedFile, 'kind' | 'mode'>): string {
  const owner = ofOwnerAndGroup[((mode >> 6) & 7) | ((mode & 0o4000) >> 8)];
  const group = ofOwnerAndGroup[((mode >> 3) & 7) | ((mode & 0o2000) >> 7)];
  const others = ofOthers[(mode & 7) | ((mode & 0o1000) >> 6)];
  return `${kindLetters[kind]}${owner}${group}${others}`;
}
