/** Effective bits of a cipher's key, by its OpenSSL name: Node.js does not tell. */
export function cipherBits(name: string): number {
  if (/NULL/u.test(name)) return 0;
  if (/(?:AES_?|CAMELLIA|ARIA)256|CHACHA20/u.test(name)) return 256;
  if (/3DES|DES-CBC3/u.test(name)) return 112;
  return 128;
}
