import { TplError } from './errors.ts';

/** What stands for a value of each type. */
export interface TplTypes {
  /** A byte, 0 to 255. */
  readonly c: number;
  /** 16 bits, signed. */
  readonly j: number;
  /** 16 bits, unsigned. */
  readonly v: number;
  /** 32 bits, signed. */
  readonly i: number;
  /** 32 bits, unsigned. */
  readonly u: number;
  /** 64 bits, signed. */
  readonly I: bigint;
  /** 64 bits, unsigned. */
  readonly U: bigint;
  /** 64 bits, floating-point. */
  readonly f: number;
  /** A C string: bytes without NUL, or null. */
  readonly s: Uint8Array | null;
  /** Any bytes. */
  readonly B: Uint8Array;
}

export type TplType = keyof TplTypes;

/** The values of a format, in its order: `'vs'` makes `[number, Uint8Array | null]`. */
export type TplValues<Format extends string> = string extends Format
  ? readonly (TplTypes[TplType] | Uint8Array)[]
  : Format extends `S(${infer Inside})`
    ? TplValues<Inside>
    : Format extends `c#${infer Rest}`
      ? readonly [Uint8Array, ...TplValues<Rest>]
      : Format extends `${infer Type extends TplType}${infer Rest}`
        ? readonly [TplTypes[Type], ...TplValues<Rest>]
        : readonly [];

/** One value's place in a format. */
export type TplField =
  | { readonly type: TplType }
  /** `c#`: so many bytes. */
  | { readonly type: 'c#'; readonly count: number };

const MAX_FIELDS = 256;

/**
 * Takes a format apart: types after each other, with or without one `S( … )` around them all.
 * @param counts - The length of each `c#`, in order.
 * @throws {TplError} TPL_BAD_FORMAT
 */
export function parseFormat(format: string, counts: readonly number[]): readonly TplField[] {
  const inside = /^S\(([^()]+)\)$/.exec(format)?.[1] ?? format;
  if (!/^(?:c#|[cjviuIUfsB])+$/.test(inside))
    throw new TplError(
      'TPL_BAD_FORMAT',
      'A format has the types c, c#, j, v, i, u, I, U, f, s and B, bare or in S( )',
    );
  const types = inside.match(/c#|./g) ?? [];
  if (types.length > MAX_FIELDS)
    throw new TplError('TPL_BAD_FORMAT', `A format has at the most ${MAX_FIELDS} types`);
  if (types.filter((type) => type === 'c#').length !== counts.length || !counts.every(isCount))
    throw new TplError('TPL_BAD_FORMAT', 'Each # of a format needs its count, a whole number from 1 on');
  const left = [...counts];
  return types.map((type) =>
    type === 'c#' ? { type, count: left.shift() as number } : { type: type as TplType },
  );
}

function isCount(count: number): boolean {
  return Number.isInteger(count) && count >= 1 && count < 2 ** 31;
}
