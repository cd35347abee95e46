import type { TplType, TplTypes } from './format.ts';

/** How a number of fixed size is laid out. */
export interface NumberLayout<Value> {
  readonly bytes: number;
  readonly fits: (value: Value) => boolean;
  readonly read: (view: DataView, at: number, isLittle: boolean) => Value;
  readonly write: (view: DataView, at: number, value: Value, isLittle: boolean) => void;
}

export type NumberType = Exclude<TplType, 's' | 'B'>;

const within =
  (min: number, max: number) =>
  (value: number): boolean =>
    Number.isInteger(value) && value >= min && value <= max;

const withinBig =
  (min: bigint, max: bigint) =>
  (value: bigint): boolean =>
    typeof value === 'bigint' && value >= min && value <= max;

export const numberLayouts: { readonly [Type in NumberType]: NumberLayout<TplTypes[Type]> } = {
  c: {
    bytes: 1,
    fits: within(0, 255),
    read: (view, at) => view.getUint8(at),
    write: (view, at, value) => view.setUint8(at, value),
  },
  j: {
    bytes: 2,
    fits: within(-32_768, 32_767),
    read: (view, at, isLittle) => view.getInt16(at, isLittle),
    write: (view, at, value, isLittle) => view.setInt16(at, value, isLittle),
  },
  v: {
    bytes: 2,
    fits: within(0, 65_535),
    read: (view, at, isLittle) => view.getUint16(at, isLittle),
    write: (view, at, value, isLittle) => view.setUint16(at, value, isLittle),
  },
  i: {
    bytes: 4,
    fits: within(-(2 ** 31), 2 ** 31 - 1),
    read: (view, at, isLittle) => view.getInt32(at, isLittle),
    write: (view, at, value, isLittle) => view.setInt32(at, value, isLittle),
  },
  u: {
    bytes: 4,
    fits: within(0, 2 ** 32 - 1),
    read: (view, at, isLittle) => view.getUint32(at, isLittle),
    write: (view, at, value, isLittle) => view.setUint32(at, value, isLittle),
  },
  I: {
    bytes: 8,
    fits: withinBig(-(2n ** 63n), 2n ** 63n - 1n),
    read: (view, at, isLittle) => view.getBigInt64(at, isLittle),
    write: (view, at, value, isLittle) => view.setBigInt64(at, value, isLittle),
  },
  U: {
    bytes: 8,
    fits: withinBig(0n, 2n ** 64n - 1n),
    read: (view, at, isLittle) => view.getBigUint64(at, isLittle),
    write: (view, at, value, isLittle) => view.setBigUint64(at, value, isLittle),
  },
  f: {
    bytes: 8,
    fits: (value) => typeof value === 'number',
    read: (view, at, isLittle) => view.getFloat64(at, isLittle),
    write: (view, at, value, isLittle) => view.setFloat64(at, value, isLittle),
  },
};
