import { decodeName, encodeName, rootPath, type VirtualPath } from '@ftpd/storage';

/** A name for the kernel: bytes where it is not valid UTF-8, which Node would alter. */
export type RealName = string | Buffer;

/** The kernel's name of a path below a folder; `folder` without a slash at its end. */
export function realNameBelow(folder: string, path: VirtualPath): RealName {
  return realName(path === rootPath ? `${folder}/` : `${folder}${path}`);
}

/** The kernel's name for text that `decodeName` made. */
export function realName(text: string): RealName {
  return text.isWellFormed() ? text : Buffer.from(encodeName(text));
}

const ascii = /^[\x00-\x7f]*$/;

/**
 * The name in a text that Node read as Latin-1: every byte one character, so nothing was lost. Folders are read so
 * because the strings are made at once, without a Buffer for each entry.
 */
export function nameFromLatin1(text: string): string {
  return ascii.test(text) ? text : decodeName(Buffer.from(text, 'latin1'));
}
