import { readFileSync } from 'node:fs';

/** CAP_SETGID and CAP_SETUID, as /proc writes a set. */
const allowed = '00000000000000c0';

const expected: readonly (readonly [field: string, isFine: (value: string) => boolean])[] = [
  ['Uid', (value) => !value.split('\t').includes('0')],
  ['Gid', (value) => !value.split('\t').includes('0')],
  ['Groups', (value) => !value.trim().split(' ').includes('0')],
  ...['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'].map(
    (field) => [field, (value: string) => value === allowed] as const,
  ),
  ['NoNewPrivs', (value) => value === '1'],
];

/**
 * What is wrong with the privileges of this process, which must be those of a server: not root, the capabilities
 * setuid and setgid and no others, none to be gained.
 * @param status - The text of /proc/self/status.
 * @returns undefined: nothing.
 */
export function privilegeProblem(status: string): string | undefined {
  const fields = new Map(
    status.split('\n').map((line) => {
      const at = line.indexOf(':\t');
      return [line.slice(0, at), line.slice(at + 2)] as const;
    }),
  );
  const wrong = expected.find(([field, isFine]) => {
    const value = fields.get(field);
    return value === undefined || !isFine(value);
  });
  return wrong && `${wrong[0]} is ${fields.get(wrong[0]) ?? 'missing'}`;
}

export const readOwnStatus = (): string => readFileSync('/proc/self/status', 'utf8');
