import { hash } from 'node:crypto';
import { encodeDigest } from './crypt-base64.ts';

const order = [0, 6, 12, 1, 7, 13, 2, 8, 14, 3, 9, 15, 4, 10, 5, -1, -1, 11];
const rounds = 1000;
const prefix = '$1$';

/**
 * MD5-crypt, `$1$`: weak by now, but AuthUserFiles of long standing hold it.
 * @param salt - Up to 8 characters.
 */
export function md5Crypt(password: Uint8Array, salt: string): string {
  const saltBytes = Buffer.from(salt);
  let digest = initialDigest(password, saltBytes);
  for (let round = 0; round < rounds; round += 1) {
    const isOdd = round % 2 === 1;
    const parts: Uint8Array[] = [isOdd ? password : digest];
    if (round % 3 !== 0) parts.push(saltBytes);
    if (round % 7 !== 0) parts.push(password);
    parts.push(isOdd ? digest : password);
    digest = md5(parts);
  }
  return `${prefix}${salt}$${encodeDigest(digest, order, 22)}`;
}

function initialDigest(password: Uint8Array, salt: Buffer): Buffer {
  const inner = md5([password, salt, password]);
  const parts: Uint8Array[] = [password, Buffer.from(prefix), salt, Buffer.alloc(password.length, inner)];
  for (let bits = password.length; bits > 0; bits >>>= 1) {
    // The first implementation cleared its buffer by mistake here, so a set bit adds a zero byte: the format kept it.
    parts.push((bits & 1) === 1 ? Buffer.alloc(1) : password.subarray(0, 1));
  }
  return md5(parts);
}

function md5(parts: readonly Uint8Array[]): Buffer {
  return hash('md5', Buffer.concat(parts), 'buffer');
}
