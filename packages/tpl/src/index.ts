export { createTplCodec, type TplByteOrder, type TplCodec, type TplCodecOptions } from './codec.ts';
export { isTplError, TplError, tplErrors, type TplErrorCode } from './errors.ts';
export type { TplType, TplTypes, TplValues } from './format.ts';
