import type { ListedFile } from './entry.ts';

/** FIFOs, sockets and devices are all shown as FIFOs: clients know the letter and leave the entry alone. */
const kindLetters: Readonly<Record<ListedFile['kind'], string>> = {
  file: '-',
  directory: 'd',
  symlink: 'l',
  other: 'p',
};

/** The third place of each class: plain, with the special bit and execute, with the special bit alone. */
const classes = [
  { shift: 6, special: 0o4000, letters: 'sS' },
  { shift: 3, special: 0o2000, letters: 'sS' },
  { shift: 0, special: 0o1000, letters: 'tT' },
] as const;

/** The ten characters of `ls -l`, for example `drwxr-sr-x`. */
export function modeString({ kind, mode }: Pick<ListedFile, 'kind' | 'mode'>): string {
  const triples = classes.map(({ shift, special, letters }) => {
    const bits = mode >> shift;
    const mayExecute = (bits & 1) !== 0;
    const execute = (mode & special) === 0 ? (mayExecute ? 'x' : '-') : letters.charAt(mayExecute ? 0 : 1);
    return `${(bits & 4) === 0 ? '-' : 'r'}${(bits & 2) === 0 ? '-' : 'w'}${execute}`;
  });
  return `${kindLetters[kind]}${triples.join('')}`;
}
