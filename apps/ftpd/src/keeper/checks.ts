import { KeeperError } from './keeper-error.ts';

/** The members of a request, each of a type that was asked for; anything more or else is refused. */
export type Fields<Kinds extends FieldKinds> = {
  readonly [Name in keyof Kinds]: FieldTypes[Kinds[Name]];
};

interface FieldTypes {
  text: string;
  path: string;
  'text?': string | undefined;
  id: number;
  flag: boolean;
}

export type FieldKind = keyof FieldTypes;
export type FieldKinds = Readonly<Record<string, FieldKind>>;

/** Longest text of a request, in UTF-16 units; paths are at most PATH_MAX. */
export const maxTextLength = 1024;
const maxPathLength = 4096;
const maxId = 0xffff_ffff;

const isText = (value: unknown, max: number): value is string =>
  typeof value === 'string' && value.length <= max && !value.includes('\0');

const isFine: Readonly<Record<FieldKind, (value: unknown) => boolean>> = {
  text: (value) => isText(value, maxTextLength),
  'text?': (value) => value === undefined || isText(value, maxTextLength),
  path: (value) => isText(value, maxPathLength) && value.startsWith('/'),
  id: (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) < maxId,
  flag: (value) => typeof value === 'boolean',
};

/** Reads a request's input as an object with exactly these members. @throws {KeeperError} KEEPER_BAD_REQUEST */
export function readFields<const Kinds extends FieldKinds>(input: unknown, kinds: Kinds): Fields<Kinds> {
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    throw new KeeperError('KEEPER_BAD_REQUEST', 'no object');
  const members = input as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(members))
    if (!Object.hasOwn(kinds, name)) throw new KeeperError('KEEPER_BAD_REQUEST', 'a member too many');
  const entries = Object.entries(kinds).map(([name, kind]) => {
    const value = Object.hasOwn(members, name) ? members[name] : undefined;
    if (!isFine[kind](value)) throw new KeeperError('KEEPER_BAD_REQUEST', `${name} is no ${kind}`);
    return [name, value] as const;
  });
  return Object.fromEntries(entries) as Fields<Kinds>;
}
