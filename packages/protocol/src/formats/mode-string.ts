import type { ListedFile } from './entry.ts';

/** FIFOs, sockets and devices are all shown as FIFOs: clients know the letter and leave the entry alone. */
const kindLetters: Readonly<Record<ListedFile['kind'], string>> = {
  file: '-',
  directory: 'd',
  symlink: 'l',
  other: 'p',
};

/** The third place of each class: with the special bit and execute, with the special bit alone. */
const classes = [
  { shift: 6, special: 0o4000, letters: 'sS' },
  { shift: 3, special: 0o2000, letters: 'sS' },
  { shift: 0, special: 0o1000, letters: 'tT' },
] as const;

/** The three places of a class by its three bits and, above them, the special one. Made once: listings are long. */
const triples = classes.map(({ letters }) =>
  Array.from({ length: 16 }, (_, bits) => {
    const mayExecute = (bits & 1) !== 0;
    const execute = bits < 8 ? (mayExecute ? 'x' : '-') : letters.charAt(mayExecute ? 0 : 1);
    return `${(bits & 4) === 0 ? '-' : 'r'}${(bits & 2) === 0 ? '-' : 'w'}${execute}`;
  }),
);

/** The ten characters of `ls -l`, for example `drwxr-sr-x`. */
export function modeString({ kind, mode }: Pick<ListedFile, 'kind' | 'mode'>): string {
  let text = kindLetters[kind];
  for (const [index, { shift, special }] of classes.entries()) {
    const bits = ((mode >> shift) & 7) | ((mode & special) === 0 ? 0 : 8);
    text += triples[index]?.[bits] ?? '';
  }
  return text;
}
